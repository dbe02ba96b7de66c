/** Keeps one run from holding up the process that serves all of them. */
export interface WorkPacer {
  /** Resolves when the run may make work again; at once unless it made much just now. */
  rest(): Promise<void>;
  /** Does work of the run that blocks the process, and remembers how long it took. */
  work<Result>(task: () => Result): Result;
}

/** Work below this is what a usual call makes; reading a body of some megabytes takes longer. */
const FREE_MS = 20;
/** Rest for each millisecond of work: a run that does nothing else has a fifth of the processor. */
const REST_PER_WORK = 4;

/** Opens the pacer of one run. `now` is a clock in milliseconds that never goes back. */
export function createWorkPacer(now: () => number = () => performance.now()): WorkPacer {
  let restsUntil = 0;
  return {
    async rest() {
      for (let left = restsUntil - now(); left > 0; left = restsUntil - now()) {
        const waitMs = left;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    },
    work(task) {
      const begun = now();
      try {
        return task();
      } finally {
        const took = now() - begun;
        if (took > FREE_MS) restsUntil = now() + took * REST_PER_WORK;
      }
    },
  };
}

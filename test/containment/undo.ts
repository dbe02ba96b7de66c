/** What has to be undone, last first; every step is tried, and the first failure is thrown at the end. */
export interface Undo extends AsyncDisposable {
  add(step: () => PromiseLike<unknown> | void): void;
}

/** For things that are opened one after the other and belong together. */
export function createUndo(): Undo {
  const steps: (() => PromiseLike<unknown> | void)[] = [];
  return {
    add: (step) => void steps.push(step),
    [Symbol.asyncDispose]: async () => {
      let failure: unknown;
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step();
        } catch (thrown) {
          failure ??= thrown;
        }
      }
      if (failure !== undefined) throw failure;
    },
  };
}

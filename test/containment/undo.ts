/** What has to be undone, last first; every step is tried, and the first failure is thrown at the end. */
export interface Undo extends AsyncDisposable {
  add(step: () => Promise<unknown> | void): void;
}

/** For things that are opened one after the other and belong together. */
export function createUndo(): Undo {
  const steps: (() => Promise<unknown> | void)[] = [];
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

/** Opens something with `open`; when that fails half-way, what it had noted in `undo` is undone at once. */
export async function undoing<Opened extends object>(
  open: (undo: Undo) => Promise<Opened>,
): Promise<Opened & AsyncDisposable> {
  const undo = createUndo();
  try {
    return { ...(await open(undo)), [Symbol.asyncDispose]: () => undo[Symbol.asyncDispose]() };
  } catch (thrown) {
    await undo[Symbol.asyncDispose]();
    throw thrown;
  }
}

import { AppError } from '#core/domain/errors.ts';

/** Milliseconds an engine may take to say something that it knows. */
export const ENGINE_QUESTION_TIMEOUT_MS = 15_000;
/** Milliseconds an engine may take to make, start, join or remove a container; on a busy machine that is seconds. */
export const ENGINE_CHANGE_TIMEOUT_MS = 25_000;

/** One call of the engine; giving `signal` on as `abortSignal` frees its connection when the time is over. */
export interface EngineCall<T> {
  /** Shown to people. */
  readonly action: string;
  readonly timeoutMs: number;
  readonly ask: (signal: AbortSignal) => Promise<T>;
}

/** Bounds one call: an engine can accept a connection and never answer. Throws AppError `unavailable` then, else what `ask` throws. */
export async function askEngine<T>({ action, timeoutMs, ask }: EngineCall<T>): Promise<T> {
  const waiting = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AppError('unavailable', `${action}: the container engine did not answer within ${timeoutMs} ms`));
      waiting.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([ask(waiting.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

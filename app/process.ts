import { AppError } from '#core/domain/errors.ts';
import { ConfigError } from './config.ts';

/** Handing work over takes seconds; what has not ended by now is cut off. */
const STOP_MS_MAX = 30_000;

/** Resolves at the first SIGTERM or SIGINT; a second one, or 30 s, ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1));
      setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
      resolve();
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
}

/**
 * Runs a composition root to its end and leaves the process: 0 when it stopped as asked, 1 otherwise. What a person can
 * mend (a wrong variable, a database that is away) is said in plain words; anything else keeps its stack.
 */
export async function runRoot(root: () => Promise<void>): Promise<never> {
  try {
    await root();
    process.exit(0);
  } catch (thrown) {
    const plain = thrown instanceof ConfigError || thrown instanceof AppError;
    process.stderr.write(`${plain ? thrown.message : thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    process.exit(1);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Container } from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import { askEngine, ENGINE_CHANGE_TIMEOUT_MS, ENGINE_QUESTION_TIMEOUT_MS } from './ask.ts';
import { engineStatus, toEngineError } from './errors.ts';

/** Milliseconds a removal that another caller started may take. */
const REMOVAL_TIMEOUT_MS = 10_000;
const REMOVAL_POLL_MS = 20;
const ACTION = 'destroy a workspace';

/**
 * Resolves when a container and all its processes are gone, whoever removes it; idempotent. Throws AppError `unavailable`
 * when the engine is silent or does not finish.
 */
export async function removeContainer(container: Container): Promise<void> {
  try {
    await askEngine({
      action: ACTION,
      timeoutMs: ENGINE_CHANGE_TIMEOUT_MS,
      ask: (abortSignal) => container.remove({ force: true, v: true, abortSignal }),
    });
  } catch (thrown) {
    if (engineStatus(thrown) === 404) return;
    if (engineStatus(thrown) !== 409) throw toEngineError(thrown, ACTION);
    await waitUntilGone(container);
  }
}

/** 409: somebody else is removing it. */
async function waitUntilGone(container: Container): Promise<void> {
  const deadline = performance.now() + REMOVAL_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const look = askEngine({
      action: ACTION,
      timeoutMs: ENGINE_QUESTION_TIMEOUT_MS,
      ask: (abortSignal) => container.inspect({ abortSignal }),
    });
    const gone = await look.then(
      () => false,
      (thrown: unknown) => engineStatus(thrown) === 404,
    );
    if (gone) return;
    await delay(REMOVAL_POLL_MS);
  }
  throw new AppError('unavailable', `${ACTION}: the container engine did not finish`);
}

import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { AppError } from '#core/domain/errors.ts';
import type { PodsApi } from './api.ts';

/** Milliseconds a node has to end a pod's processes and say so. */
const END_TIMEOUT_MS = 8_000;
/** Milliseconds the API server has to forget a pod whose node says nothing. */
const FORGET_TIMEOUT_MS = 2_000;
const LOOK_EVERY_MS = 100;
/** Seconds between the request to end and the kill; zero would mean that nobody waits for the node. */
const GRACE_SEC = 1;

type Removal = Pick<PodsApi, 'read' | 'remove'>;

/**
 * Resolves when the pod's node has said that its processes are gone; the cluster then forgets the pod at once, where the
 * node would still tidy up for seconds. A node that says nothing for 8 s is given up: what may still run there has lost its
 * channel and its doors. Throws AppError `unavailable`.
 */
export async function removePod(api: Removal, name: string): Promise<void> {
  await api.remove(name, GRACE_SEC);
  await waitUntil(api, name, { isOver: (pod) => pod === undefined || hasEnded(pod), timeoutMs: END_TIMEOUT_MS });
  await api.remove(name, 0);
  const forgotten = { isOver: (pod: V1Pod | undefined): boolean => pod === undefined, timeoutMs: FORGET_TIMEOUT_MS };
  if (await waitUntil(api, name, forgotten)) return;
  throw new AppError('unavailable', 'destroy a workspace: the cluster did not finish');
}

/** A pod that no node has taken runs nowhere. */
function hasEnded({ spec, status }: V1Pod): boolean {
  const containers = status?.containerStatuses ?? [];
  if (spec?.nodeName === undefined) return true;
  return containers.length > 0 && containers.every(({ state }) => state?.terminated !== undefined);
}

interface Wait {
  readonly isOver: (pod: V1Pod | undefined) => boolean;
  readonly timeoutMs: number;
}

async function waitUntil(api: Removal, name: string, { isOver, timeoutMs }: Wait): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  do {
    if (isOver(await api.read(name))) return true;
    await delay(LOOK_EVERY_MS);
  } while (performance.now() < deadline);
  return false;
}

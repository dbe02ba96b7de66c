import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from '#core/ports/runtime.ts';

/** Time, ids and digests of this machine. */
export const nodeRuntime: Runtime = {
  now: () => new Date().toISOString(),
  id: () => randomUUID(),
  wait: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
  sha256: (content) => createHash('sha256').update(content).digest('hex'),
};

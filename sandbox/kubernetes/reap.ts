import type { V1Pod } from '@kubernetes/client-node';
import type { GuestLabels } from '#core/ports/provisioner.ts';
import type { PodsApi } from './api.ts';
import { removePod } from './remove.ts';
import { managedSelector, readLabels } from './pod.ts';

/** Milliseconds after which a pod of no run that never started has lost whoever waited for it. */
const NEVER_STARTED_MS = 600_000;

/**
 * Removes the pods of this installation whose run is not live, whatever their owner does, and those that ended by
 * themselves. A running pod of no run is somebody's warm one: it ends with its owner (see `kubernetes/scripts.ts`) and is
 * found here afterwards. Returns how many were removed; one that cannot be removed does not keep the others.
 */
export async function reapPods(
  api: PodsApi,
  instance: string,
  isLive: (labels: GuestLabels) => Promise<boolean>,
): Promise<number> {
  const dead: string[] = [];
  for (const pod of await api.list(managedSelector(instance))) {
    const name = pod.metadata?.name;
    if (name !== undefined && (await isDead(pod, isLive))) dead.push(name);
  }
  const removals = await Promise.allSettled(dead.map((name) => removePod(api, name)));
  const failed = removals.find((removal) => removal.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return dead.length;
}

async function isDead(pod: V1Pod, isLive: (labels: GuestLabels) => Promise<boolean>): Promise<boolean> {
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') return true;
  const labels = readLabels(pod);
  if (labels !== null) return !(await isLive(labels));
  const created = pod.metadata?.creationTimestamp?.getTime() ?? Date.now();
  return phase === 'Pending' && Date.now() - created > NEVER_STARTED_MS;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { AppError } from '#core/domain/errors.ts';
import type { PodsApi } from './api.ts';

/** Milliseconds a pod may take until its container runs, the pull of an image included. */
const START_TIMEOUT_MS = 180_000;
/** Milliseconds a pod may wait for a node that has room; a cluster that grows needs some. */
const SCHEDULE_TIMEOUT_MS = 60_000;
const PATIENCE = { startMs: START_TIMEOUT_MS, scheduleMs: SCHEDULE_TIMEOUT_MS };
/** Milliseconds between two looks when the server ended a watch. */
const LOOK_AGAIN_MS = 250;

/**
 * Why a container that waits will not start by itself soon; what the kubelet calls it (kubelet `images` and `kuberuntime`
 * packages). A back-off is named too: the next attempt is minutes away.
 */
const HOPELESS: Readonly<Record<string, string>> = {
  ErrImagePull: 'its image cannot be pulled',
  ImagePullBackOff: 'its image cannot be pulled',
  ErrImageNeverPull: 'its image is not on the node',
  InvalidImageName: 'its image has no valid name',
  ImageInspectError: 'its image cannot be read',
  RegistryUnavailable: 'the registry of its image does not answer',
  CreateContainerConfigError: 'the node cannot make its container',
  CreateContainerError: 'the node cannot make its container',
  RunContainerError: 'the node cannot start its container',
  CrashLoopBackOff: 'its container ends at once',
};

/** How far a pod is. `stuck` can still pass, `failed` cannot. */
export type PodProgress =
  | { readonly kind: 'running' }
  | { readonly kind: 'starting'; readonly step: string }
  | { readonly kind: 'stuck' | 'failed'; readonly why: string };

/** Reads a pod's status; `why` is for people and names nothing that the pod itself could have written. */
export function progressOf(pod: V1Pod): PodProgress {
  const { phase, reason, conditions, containerStatuses } = pod.status ?? {};
  const container = containerStatuses?.[0];
  if (pod.metadata?.deletionTimestamp !== undefined) return { kind: 'failed', why: 'somebody deleted it' };
  if (phase === 'Failed' || phase === 'Succeeded') {
    const code = container?.state?.terminated?.exitCode;
    return { kind: 'failed', why: `it ended (${reason ?? (code === undefined ? phase : `exit code ${code}`)})` };
  }
  if (container?.state?.running !== undefined) return { kind: 'running' };
  const waiting = container?.state?.waiting?.reason;
  const hopeless = waiting === undefined ? undefined : HOPELESS[waiting];
  if (hopeless !== undefined) return { kind: 'failed', why: `${hopeless} (${waiting})` };
  const scheduled = conditions?.find((condition) => condition.type === 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable')
    return { kind: 'stuck', why: 'no node has room for it (Unschedulable)' };
  return { kind: 'starting', step: scheduled?.status === 'True' ? 'the node prepares it' : 'waiting for a node' };
}

/** Who hears of each step, and how long is waited. */
export interface StartWatch {
  readonly onStep: (step: string) => void;
  readonly patience?: { readonly startMs: number; readonly scheduleMs: number };
}

/**
 * Resolves with the pod when the container of one that was just created runs. Throws AppError `unavailable` that says what stands
 * in the way: at once where waiting is no use, otherwise after 60 s without a node or 180 s in all.
 */
export async function untilRunning(
  api: PodsApi,
  created: V1Pod,
  { onStep, patience = PATIENCE }: StartWatch,
): Promise<V1Pod> {
  const name = created.metadata?.name ?? '';
  const started = performance.now();
  let pod: V1Pod | undefined = created;
  let last = '';
  for (;;) {
    if (pod === undefined) throw new AppError('unavailable', 'create a workspace: its pod disappeared');
    const progress = progressOf(pod);
    if (progress.kind === 'running') return pod;
    const limit = progress.kind === 'stuck' ? patience.scheduleMs : patience.startMs;
    const leftMs = progress.kind === 'failed' ? 0 : limit - (performance.now() - started);
    if (leftMs <= 0) throw await notStarted(api, name, progress);
    const step = progress.kind === 'starting' ? progress.step : progress.why;
    if (step !== last) onStep(step);
    last = step;
    pod = await nextState(api, pod, leftMs);
  }
}

/** The next state that says something new; after a watch that ended or `timeoutMs`, the present one. */
async function nextState(api: PodsApi, pod: V1Pod, timeoutMs: number): Promise<V1Pod | undefined> {
  const before = JSON.stringify(progressOf(pod));
  const { name = '', resourceVersion: version = '' } = pod.metadata ?? {};
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  let next: V1Pod | undefined;
  try {
    await api.watch(
      { name, version },
      (seen) => {
        if (next !== undefined || JSON.stringify(progressOf(seen)) === before) return;
        next = seen;
        abort.abort();
      },
      abort.signal,
    );
  } finally {
    clearTimeout(timer);
  }
  if (next !== undefined) return next;
  if (!abort.signal.aborted) await delay(LOOK_AGAIN_MS);
  return api.read(name);
}

/** The cluster's own words go to the cause; asking for them must not hide what is known already. */
async function notStarted(api: PodsApi, name: string, progress: PodProgress): Promise<AppError> {
  const warnings = await api.warnings(name).catch(() => []);
  const reasons = [...new Set(warnings.map((warning) => warning.split(':')[0] ?? ''))];
  const why = 'why' in progress ? progress.why : 'it did not start in time';
  const known = reasons.length === 0 || 'why' in progress ? '' : ` (${reasons.join(', ')})`;
  return new AppError('unavailable', `create a workspace: ${why}${known}`, {
    cause: new Error(warnings.join('\n')),
  });
}

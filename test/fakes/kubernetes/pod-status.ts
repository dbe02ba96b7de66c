import type { V1ContainerState, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import type { PodStore } from './pod-store.ts';

/** Puts a pod on the only node, or says why not. */
export function schedule(pod: V1Pod, fits: boolean): void {
  if (fits && pod.spec !== undefined) pod.spec.nodeName = 'node1';
  pod.status = {
    ...pod.status,
    conditions: [
      fits
        ? { type: 'PodScheduled', status: 'True' }
        : {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/1 nodes are available: Insufficient cpu.',
          },
    ],
  };
}

/** What became of a pod's first container; what is not said stays. */
export interface StatusChange {
  readonly status: Partial<V1PodStatus>;
  readonly state: V1ContainerState;
  readonly imageId?: string;
}

/** Writes it. */
export function setStatus(store: PodStore, pod: V1Pod, { status, state, imageId }: StatusChange): void {
  store.update(pod, (stored) => {
    const [container] = stored.spec?.containers ?? [];
    const ready = state.running !== undefined;
    stored.status = {
      ...stored.status,
      ...status,
      conditions: [
        ...(stored.status?.conditions ?? []).filter(({ type }) => type !== 'Ready'),
        { type: 'Ready', status: ready ? 'True' : 'False' },
      ],
      containerStatuses: [
        {
          name: container?.name ?? '',
          image: container?.image ?? '',
          imageID: imageId ?? stored.status?.containerStatuses?.[0]?.imageID ?? '',
          ready,
          restartCount: 0,
          started: ready,
          state,
        },
      ],
    };
  });
}

import type { V1Container, V1Pod, V1PodSpec, V1Volume } from '@kubernetes/client-node';
import { AppError } from '#core/domain/errors.ts';
import type { GuestLabels } from '#core/ports/provisioner.ts';
import { GUEST_HOST_NAME, GUEST_PATHS, GUEST_USER_ID } from '../guest-layout.ts';
import { MAIN_COMMAND } from './scripts.ts';
import { HOME_BYTES, OWN_IMAGE, TMP_BYTES } from '../limits.ts';

/** What of a pod an installation can change. `cpus` is a fraction, sizes are bytes. */
export interface PodLimits {
  readonly instance: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly workspaceBytes: number;
  /** Seconds after which the cluster ends a pod, whatever became of its owner. */
  readonly secondsMax: number;
  readonly serviceAccount: string;
  readonly runtimeClass: string | null;
  /** Whose kernel answers a pod's calls; gVisor's is asked for by a runtime class. */
  readonly kernel: 'linux' | 'gvisor';
  /** Root inside is nobody outside (`hostUsers: false`); needs Kubernetes 1.33 and nodes that can do it. */
  readonly userNamespaces: boolean;
}

/** What tells one pod from another; `run` undefined: it waits for one. */
export interface PodIdentity {
  readonly name: string;
  readonly run?: GuestLabels | undefined;
}

/** Name of the only container of a pod. */
export const CONTAINER_NAME = 'workspace';

const LABEL_MANAGED = 'astraforge.io/managed';
const LABEL_INSTANCE = 'astraforge.io/instance';
const LABEL_RUN = 'astraforge.io/run';
const LABEL_EPOCH = 'astraforge.io/epoch';
/** What a label may hold (Kubernetes documentation, "Labels and Selectors"). */
const LABEL_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
/** `dnsPolicy: None` asks for one name server; nothing listens there, so that no name is ever looked up. */
const NO_NAME_SERVER = '127.0.0.1';
/** What a container may write that is neither memory nor a log: nothing; the node's own files need some. */
const NODE_STORAGE_BYTES = 128 * 1024 * 1024;

const WRITABLE = { workspace: GUEST_PATHS.workspace, home: GUEST_PATHS.home, tmp: '/tmp' } as const;

/**
 * The whole pod: the "restricted" profile of the Pod Security Standards and what it leaves open (read-only root, no
 * service token, no name service, requests equal to limits). Nothing in it is a secret or a stranger's text. Writable
 * places are memory, so their size is bounded and they count as the container's memory.
 */
export function podFor(pod: PodIdentity, image: string, limits: PodLimits): V1Pod {
  const { name, run } = pod;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: {
        [LABEL_MANAGED]: 'true',
        [LABEL_INSTANCE]: limits.instance,
        ...(run === undefined ? {} : runLabels(run)),
      },
    },
    spec: podSpec(image, limits),
  };
}

function podSpec(image: string, limits: PodLimits): V1PodSpec {
  return {
    hostname: GUEST_HOST_NAME,
    serviceAccountName: limits.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    activeDeadlineSeconds: limits.secondsMax,
    terminationGracePeriodSeconds: 1,
    dnsPolicy: 'None',
    dnsConfig: { nameservers: [NO_NAME_SERVER] },
    ...(limits.runtimeClass === null ? {} : { runtimeClassName: limits.runtimeClass }),
    ...(limits.userNamespaces ? { hostUsers: false } : {}),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: GUEST_USER_ID,
      runAsGroup: GUEST_USER_ID,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(image, limits)],
    volumes: volumes(limits),
  };
}

function container(image: string, limits: PodLimits): V1Container {
  const resources = {
    cpu: `${Math.round(limits.cpus * 1_000)}m`,
    memory: String(limits.memoryBytes),
    'ephemeral-storage': String(NODE_STORAGE_BYTES),
  };
  return {
    name: CONTAINER_NAME,
    image,
    // Nobody vouches for that name on a public registry.
    imagePullPolicy: image === OWN_IMAGE ? 'Never' : 'IfNotPresent',
    command: [...MAIN_COMMAND],
    workingDir: GUEST_PATHS.workspace,
    resources: { requests: resources, limits: resources },
    securityContext: {
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      privileged: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: Object.entries(WRITABLE).map(([name, mountPath]) => ({ name, mountPath })),
  };
}

function volumes(limits: PodLimits): V1Volume[] {
  const bytes: Record<keyof typeof WRITABLE, number> = {
    workspace: limits.workspaceBytes,
    home: HOME_BYTES,
    tmp: TMP_BYTES,
  };
  return Object.entries(bytes).map(([name, size]) => ({
    name,
    emptyDir: { medium: 'Memory', sizeLimit: String(size) },
  }));
}

/** Labels that make a pod the run's. Throws AppError `invalid` when a run id does not fit a label. */
export function runLabels({ runId, epoch }: GuestLabels): Record<string, string> {
  if (!LABEL_VALUE.test(runId)) throw new AppError('invalid', 'create a workspace: the run id does not fit a label');
  return { [LABEL_RUN]: runId, [LABEL_EPOCH]: String(epoch) };
}

/** Label selector that matches the guests of one installation only. */
export function managedSelector(instance: string): string {
  return `${LABEL_MANAGED}=true,${LABEL_INSTANCE}=${instance}`;
}

/** Run and epoch of a pod of ours; null while it belongs to no run. */
export function readLabels(pod: V1Pod): GuestLabels | null {
  const labels = pod.metadata?.labels ?? {};
  const runId = labels[LABEL_RUN];
  const epoch = Number(labels[LABEL_EPOCH] ?? 'none');
  if (labels[LABEL_MANAGED] !== 'true' || !runId || !Number.isSafeInteger(epoch)) return null;
  return { runId, epoch };
}

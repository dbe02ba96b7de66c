import { randomBytes } from 'node:crypto';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { Guest, Provisioner } from '#core/ports/provisioner.ts';
import { connectPods } from './kubernetes/api.ts';
import type { PodsApi } from './kubernetes/api.ts';
import { makeCell } from './kubernetes/cell.ts';
import { podFor } from './kubernetes/pod.ts';
import type { PodLimits } from './kubernetes/pod.ts';
import { reapPods } from './kubernetes/reap.ts';
import { openPool } from './pool.ts';
import { requireAllowedImage } from './images-allowed.ts';

/** What the Kubernetes provisioner is made from. */
export interface KubernetesSettings extends Omit<PodLimits, 'userNamespaces'> {
  readonly namespace: string;
  /** Kubernetes client configuration; undefined: the service account of the pod this process runs in. */
  readonly kubeconfigPath: string | undefined;
  readonly image: string;
  readonly imagesAllowed: readonly string[];
  readonly userNamespaces: 'auto' | 'on' | 'off';
  /** Started pods kept for runs to come. */
  readonly poolSize: number;
  readonly onProgress: (line: string) => void;
}

/** Verb, resource and subresource of everything that is called; `deploy/k8s/base/operator.yaml` grants exactly these. */
export const PERMISSIONS: readonly (readonly [verb: string, resource: string, subresource?: string])[] = [
  ...['create', 'get', 'list', 'watch', 'patch', 'delete'].map((verb) => [verb, 'pods'] as const),
  ['get', 'pods', 'exec'],
  ['create', 'pods', 'exec'],
  ['list', 'events'],
];
/** From here on pods have user namespaces of their own everywhere (stable since 1.36, Kubernetes documentation "User Namespaces"). */
const USER_NAMESPACES_MINOR = 36;

/**
 * One pod per guest, in a namespace that holds nothing else. Commands and files go through one WebSocket per pod that stays
 * open; when it breaks, or this process ends, the pod ends. Guests have network doors: they reach one service and nothing
 * else, which the namespace's NetworkPolicy holds, so the cluster's network must enforce those. Disposing removes warm pods.
 */
export function createKubernetesProvisioner(settings: KubernetesSettings): Provisioner & AsyncDisposable {
  let cluster: Promise<Cluster> | undefined;
  const connect = async (): Promise<Cluster> => {
    cluster ??= openCluster(settings).catch((thrown: unknown) => {
      cluster = undefined;
      throw thrown;
    });
    return cluster;
  };
  const pool = openPool({
    size: settings.poolSize,
    make: async (image, run) => makeCell({ ...(await connect()), image, run, onStep: settings.onProgress }),
    onFailure: (error) => settings.onProgress(`a warm workspace could not be made: ${error.message}`),
  });
  return {
    name: 'kubernetes',
    doors: 'network',
    ready: async () => {
      await checkCluster(await connect(), settings.image);
      pool.warm(settings.image);
    },
    create: async (spec): Promise<Guest> => {
      const image = spec.image ?? settings.image;
      if (image !== settings.image) requireAllowedImage(settings.imagesAllowed, image);
      return pool.create(image, spec);
    },
    reap: async (isLive) => reapPods((await connect()).api, settings.instance, isLive),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

interface Cluster {
  readonly api: PodsApi;
  readonly limits: PodLimits;
}

async function openCluster(settings: KubernetesSettings): Promise<Cluster> {
  const api = connectPods(settings.namespace, settings.kubeconfigPath);
  const minor = await api.minorVersion();
  const { userNamespaces: wish } = settings;
  return {
    api,
    limits: { ...settings, userNamespaces: wish === 'on' || (wish === 'auto' && minor >= USER_NAMESPACES_MINOR) },
  };
}

/** Asks what this account may do, and has the cluster judge a pod like ours without making it. */
async function checkCluster({ api, limits }: Cluster, image: string): Promise<void> {
  const asked = PERMISSIONS.map(async ([verb, resource, subresource]) =>
    (await api.may(verb, resource, subresource))
      ? []
      : [`${verb} ${[resource, subresource].filter(Boolean).join('/')}`],
  );
  const lacking = (await Promise.all(asked)).flat();
  if (lacking.length > 0) {
    throw new AppError(
      'unavailable',
      `The service account may not do everything it must in namespace ${api.namespace}: ${lacking.join(', ')}. Apply deploy/k8s/base.`,
    );
  }
  const name = `astraforge-check-${randomBytes(4).toString('hex')}`;
  await api.create(podFor({ name }, image, limits), { dryRun: true }).catch((cause: unknown) => {
    throw new AppError(
      'unavailable',
      `Namespace ${api.namespace} does not take pods like ours (${toAppError(cause, 'check the cluster').message}): ` +
        'look at its quota, its policies and the runtime class.',
      { cause },
    );
  });
}

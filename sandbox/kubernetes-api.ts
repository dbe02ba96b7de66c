import { accessSync } from 'node:fs';
import {
  AuthorizationV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  PatchStrategy,
  ServerConfiguration,
  VersionApi,
  Watch,
  createConfiguration,
  setHeaderOptions,
} from '@kubernetes/client-node';
import type { Configuration, V1Pod } from '@kubernetes/client-node';
import { AppError } from '#core/domain/errors.ts';
import { apiStatus, toClusterError } from './kubernetes-errors.ts';

/** One call may take this long; watches and commands have their own limits. */
const CALL_TIMEOUT_MS = 20_000;
/** Pods one installation may have before a list is cut. */
const PODS_MAX = 5_000;

/** A connection to the namespace that holds the guests. Everything throws AppError as in `kubernetes-errors.ts`. */
export interface PodsApi {
  readonly namespace: string;
  /** With `dryRun` the cluster judges the pod as it would otherwise, and makes nothing. */
  create(pod: V1Pod, how?: { readonly dryRun: boolean }): Promise<V1Pod>;
  /** Undefined when it is not there. */
  read(name: string): Promise<V1Pod | undefined>;
  list(labelSelector: string): Promise<V1Pod[]>;
  addLabels(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Asks for its end; a pod that is not there is no error. Zero seconds: the cluster forgets it without asking its node. */
  remove(name: string, graceSec: number): Promise<void>;
  /** What the cluster warned about a pod, newest last. */
  warnings(name: string): Promise<string[]>;
  /** Calls back with every state of a pod after `version` until the signal aborts; resolves when the server ends it. */
  watch(pod: { name: string; version: string }, onPod: (pod: V1Pod) => void, signal: AbortSignal): Promise<void>;
  connect: Exec['handler']['connect'];
  /** Whether this account may do it in the namespace. Every account may ask. */
  may(verb: string, resource: string, subresource?: string): Promise<boolean>;
  /** Second number of the server's version, such as 34. */
  minorVersion(): Promise<number>;
}

/**
 * Connects by a kubeconfig file, or without one as the service account of the pod this runs in. Reads files only; nothing
 * is called yet. Throws AppError `unavailable` when there is neither.
 */
export function connectPods(namespace: string, kubeconfigPath: string | undefined): PodsApi {
  const config = loadConfig(kubeconfigPath);
  const calls = apiConfiguration(config);
  const core = new CoreV1Api(calls);
  const exec = new Exec(config);
  const run = async <T>(action: string, call: Promise<T>): Promise<T> =>
    call.catch((thrown: unknown) => {
      throw toClusterError(thrown, action);
    });
  const orAbsent = (thrown: unknown): undefined => {
    if (apiStatus(thrown) !== 404) throw thrown;
  };
  return {
    namespace,
    create: (body, { dryRun } = { dryRun: false }) => {
      const judged = dryRun ? { dryRun: 'All' } : {};
      return run('create a workspace', core.createNamespacedPod({ namespace, body, ...judged }));
    },
    read: (name) => run('look at a workspace', core.readNamespacedPod({ namespace, name }).catch(orAbsent)),
    list: async (labelSelector) => {
      const found = core.listNamespacedPod({ namespace, labelSelector, limit: PODS_MAX });
      return (await run('list workspaces', found)).items;
    },
    addLabels: async (name, labels) => {
      const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      await run(
        'assign a workspace',
        core.patchNamespacedPod({ namespace, name, body: { metadata: { labels } } }, merge),
      );
    },
    remove: async (name, gracePeriodSeconds) => {
      const removal = core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds });
      await run('destroy a workspace', removal.catch(orAbsent));
    },
    warnings: async (name) => {
      const fieldSelector = `involvedObject.name=${name},type=Warning`;
      const found = await run('look at a workspace', core.listNamespacedEvent({ namespace, fieldSelector }));
      return found.items.map(({ reason, message }) => `${reason ?? ''}: ${message ?? ''}`);
    },
    watch: ({ name, version }, onPod, signal) => watchPod(config, { namespace, name, version, onPod, signal }),
    connect: (...wire) => exec.handler.connect(...wire),
    may: async (verb, resource, subresource) => {
      const resourceAttributes = { namespace, verb, resource, ...(subresource === undefined ? {} : { subresource }) };
      const review = new AuthorizationV1Api(calls).createSelfSubjectAccessReview({
        body: { spec: { resourceAttributes } },
      });
      return (await run('ask the cluster what is allowed', review)).status?.allowed === true;
    },
    minorVersion: async () =>
      Number.parseInt((await run('reach the cluster', new VersionApi(calls).getCode())).minor, 10),
  };
}

function loadConfig(path: string | undefined): KubeConfig {
  const config = new KubeConfig();
  try {
    if (path === undefined) config.loadFromCluster();
    else config.loadFromFile(path);
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new Error('the configuration names no current cluster');
    // Outside of a pod the client makes up a cluster instead of saying that there is none.
    if (cluster.caFile !== undefined) accessSync(cluster.caFile);
    return config;
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'No cluster is configured. Run in a pod with a service account, or set KUBECONFIG to a file that names one.',
      { cause },
    );
  }
}

/** As the client makes it itself, and with a limit on every call: it has none of its own. */
function apiConfiguration(config: KubeConfig): Configuration {
  const server = config.getCurrentCluster()?.server ?? '';
  return createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (context) => {
          context.setSignal(AbortSignal.timeout(CALL_TIMEOUT_MS));
          return context;
        },
        post: async (context) => context,
      },
    ],
  });
}

interface PodWatch {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly onPod: (pod: V1Pod) => void;
  readonly signal: AbortSignal;
}

/** Ends without an error: whoever watches looks again at what is, and stops at a deadline of its own. */
async function watchPod(config: KubeConfig, { namespace, name, version, onPod, signal }: PodWatch): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: version };
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) return resolve();
    const onEvent = (phase: string, pod: V1Pod): void => {
      if (phase === 'ADDED' || phase === 'MODIFIED' || phase === 'DELETED') onPod(pod);
      else resolve();
    };
    void new Watch(config)
      .watch(path, query, onEvent, () => resolve())
      .then((controller) => {
        signal.addEventListener('abort', () => controller.abort(), { once: true });
        if (signal.aborted) controller.abort();
      }, resolve);
  });
}

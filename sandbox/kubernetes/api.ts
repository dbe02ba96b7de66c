import {
  AuthorizationV1Api,
  CoreV1Api,
  Exec,
  PatchStrategy,
  VersionApi,
  Watch,
  setHeaderOptions,
} from '@kubernetes/client-node';
import type { Configuration, KubeConfig, V1Pod } from '@kubernetes/client-node';
import { apiConfiguration, loadConfig } from './config.ts';
import { apiStatus, toClusterError } from './errors.ts';

/** Pods one installation may have before a list is cut. */
const PODS_MAX = 5_000;

/** A connection to the namespace that holds the guests. Everything throws AppError as in `kubernetes/errors.ts`. */
export interface PodsApi {
  readonly namespace: string;
  /** Where the cluster's API answers. */
  readonly server: { readonly host: string; readonly port: number };
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
  return {
    namespace,
    server: serverOf(config),
    create: (body, { dryRun } = { dryRun: false }) => {
      const judged = dryRun ? { dryRun: 'All' } : {};
      return translated('create a workspace', core.createNamespacedPod({ namespace, body, ...judged }));
    },
    read: (name) => translated('look at a workspace', core.readNamespacedPod({ namespace, name }).catch(orAbsent)),
    list: async (labelSelector) => {
      const found = core.listNamespacedPod({ namespace, labelSelector, limit: PODS_MAX });
      return (await translated('list workspaces', found)).items;
    },
    addLabels: async (name, labels) => {
      const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      await translated(
        'assign a workspace',
        core.patchNamespacedPod({ namespace, name, body: { metadata: { labels } } }, merge),
      );
    },
    remove: async (name, gracePeriodSeconds) => {
      const removal = core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds });
      await translated('destroy a workspace', removal.catch(orAbsent));
    },
    warnings: async (name) => {
      const fieldSelector = `involvedObject.name=${name},type=Warning`;
      const found = await translated('look at a workspace', core.listNamespacedEvent({ namespace, fieldSelector }));
      return found.items.map(({ reason, message }) => `${reason ?? ''}: ${message ?? ''}`);
    },
    watch: ({ name, version }, onPod, signal) => watchPod(config, { namespace, name, version, onPod, signal }),
    connect: (...wire) => exec.handler.connect(...wire),
    ...askCluster(calls, namespace),
  };
}

/** What every account may ask. */
function askCluster(calls: Configuration, namespace: string): Pick<PodsApi, 'may' | 'minorVersion'> {
  const [authorization, version] = [new AuthorizationV1Api(calls), new VersionApi(calls)];
  return {
    may: async (verb, resource, subresource) => {
      const resourceAttributes = { namespace, verb, resource, ...(subresource === undefined ? {} : { subresource }) };
      const body = { spec: { resourceAttributes } };
      const review = authorization.createSelfSubjectAccessReview({ body });
      return (await translated('ask the cluster what is allowed', review)).status?.allowed === true;
    },
    minorVersion: async () => Number.parseInt((await translated('reach the cluster', version.getCode())).minor, 10),
  };
}

async function translated<Answer>(action: string, call: Promise<Answer>): Promise<Answer> {
  return call.catch((thrown: unknown) => {
    throw toClusterError(thrown, action);
  });
}

function orAbsent(thrown: unknown): undefined {
  if (apiStatus(thrown) !== 404) throw thrown;
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

function serverOf(config: KubeConfig): PodsApi['server'] {
  const { hostname, port, protocol } = new URL(config.getCurrentCluster()?.server ?? 'https://kubernetes.default.svc');
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'http:' ? 80 : 443) };
}

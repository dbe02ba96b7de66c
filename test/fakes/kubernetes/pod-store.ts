import type { V1Pod } from '@kubernetes/client-node';
import { ApiRefusal, notFound } from './api-status.ts';

/** What a watch sends. */
export interface PodEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: V1Pod;
  readonly version: number;
}

/** All pods of a cluster, with the history of their changes from the first one on. */
export interface PodStore {
  readonly version: () => number;
  add(pod: V1Pod): V1Pod;
  /** Throws 404. */
  get(namespace: string, name: string): V1Pod;
  list(): V1Pod[];
  /** Writes what `change` made of the pod; nothing happens to one that is gone. */
  update(pod: V1Pod, change: (pod: V1Pod) => void): void;
  remove(pod: V1Pod): void;
  /** Everything after `version`, and then what comes; without a version the pods there are, first. Returns what ends it. */
  follow(version: number | null, onEvent: (event: PodEvent) => void): () => void;
}

/** An empty store. */
export function createPodStore(): PodStore {
  const pods = new Map<string, V1Pod>();
  const history: PodEvent[] = [];
  const followers = new Set<(event: PodEvent) => void>();
  let version = 1;
  const keyOf = (pod: V1Pod): string => `${pod.metadata?.namespace}/${pod.metadata?.name}`;
  const record = (type: PodEvent['type'], pod: V1Pod): void => {
    version += 1;
    pod.metadata = { ...pod.metadata, resourceVersion: String(version) };
    const event = { type, object: structuredClone(pod), version };
    history.push(event);
    for (const follower of followers) follower(event);
  };
  return {
    version: () => version,
    add: (pod) => {
      const key = keyOf(pod);
      if (pods.has(key)) throw new ApiRefusal(409, 'AlreadyExists', `pods "${pod.metadata?.name}" already exists`);
      pods.set(key, pod);
      record('ADDED', pod);
      return structuredClone(pod);
    },
    get: (namespace, name) => {
      const pod = pods.get(`${namespace}/${name}`);
      if (pod === undefined) throw notFound(`pods "${name}"`);
      return pod;
    },
    list: () => [...pods.values()],
    update: (pod, change) => {
      const stored = pods.get(keyOf(pod));
      if (stored === undefined || stored.metadata?.uid !== pod.metadata?.uid) return;
      change(stored);
      record('MODIFIED', stored);
    },
    remove: (pod) => {
      const stored = pods.get(keyOf(pod));
      if (stored === undefined || stored.metadata?.uid !== pod.metadata?.uid) return;
      pods.delete(keyOf(pod));
      record('DELETED', stored);
    },
    follow: (since, onEvent) => {
      if (since === null) for (const pod of pods.values()) onEvent({ type: 'ADDED', object: pod, version });
      else for (const event of history) if (event.version > since) onEvent(event);
      followers.add(onEvent);
      return () => void followers.delete(onEvent);
    },
  };
}

/** Whether a pod fits the selectors of a list or watch: equality only, and the two fields that clients ask for. */
export function selects(query: URLSearchParams): (pod: V1Pod) => boolean {
  const terms = (name: string): string[][] =>
    (query.get(name) ?? '')
      .split(',')
      .filter((term) => term !== '')
      .map((term) => term.split(/==?/));
  const [labels, fields] = [terms('labelSelector'), terms('fieldSelector')];
  const fieldOf = (pod: V1Pod, key = ''): string | undefined =>
    ({
      'metadata.name': pod.metadata?.name,
      'metadata.namespace': pod.metadata?.namespace,
      'status.phase': pod.status?.phase,
    })[key];
  return (pod) =>
    labels.every(([key = '', value]) => pod.metadata?.labels?.[key] === value) &&
    fields.every(([key, value]) => fieldOf(pod, key) === value);
}

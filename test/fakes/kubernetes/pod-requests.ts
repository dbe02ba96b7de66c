import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import type { V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import { admitPod } from './admit-pod.ts';
import { ApiRefusal, forbidden, notFound } from './api-status.ts';
import { authorise } from './authorise.ts';
import type { Account, Attempt } from './authorise.ts';
import type { Kubelet } from './kubelet.ts';
import { selects } from './pod-store.ts';
import type { PodStore } from './pod-store.ts';

/** What every request is answered from. */
export interface Cluster {
  readonly docker: Docker;
  readonly store: PodStore;
  readonly kubelet: Kubelet;
  readonly runtimeClasses: readonly string[];
  readonly podsMax: number;
  /** Everything that was asked for and allowed. */
  readonly attempts: Attempt[];
}

/** One request about pods or events of a namespace. */
export interface PodRequest {
  readonly cluster: Cluster;
  readonly account: Account;
  readonly url: URL;
  readonly body: unknown;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Namespace, resource, name and subresource of a path below `/api/v1`. */
export const POD_PATH = /^\/api\/v1\/namespaces\/([^/]+)\/(pods|events)(?:\/([^/]+))?(?:\/(log|exec|attach))?$/;

const LabelPatch = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string().nullable()) }) });
const Deletion = z.object({
  gracePeriodSeconds: z.number().int().nonnegative().nullish(),
  dryRun: z.array(z.string()).optional(),
});

/** Answers a request whose path fits {@link POD_PATH}. Throws {@link ApiRefusal}. */
export async function answerPodRequest(exchange: PodRequest): Promise<void> {
  const { cluster, url, request, response } = exchange;
  const [, namespace = '', kind = '', name, part] = POD_PATH.exec(url.pathname) ?? [];
  const allow = (verb: string, resource = kind): void => permit(exchange, { verb, resource, namespace });
  const follows = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  if (kind === 'events') {
    allow('list');
    return reply(response, 200, eventList(cluster, namespace, url.searchParams));
  }
  if (name === undefined) {
    if (request.method === 'POST') return create(exchange, namespace, allow);
    allow(follows ? 'watch' : 'list');
    if (follows) return watch(exchange, namespace);
    return reply(response, 200, podList(cluster, namespace, url.searchParams));
  }
  if (part === 'log') {
    allow('get', 'pods/log');
    return log(exchange, cluster.store.get(namespace, name));
  }
  if (request.method === 'GET') {
    allow('get');
    return reply(response, 200, cluster.store.get(namespace, name));
  }
  if (request.method === 'PATCH') {
    allow('patch');
    return patch(exchange, cluster.store.get(namespace, name));
  }
  if (request.method !== 'DELETE')
    throw new ApiRefusal(405, 'MethodNotAllowed', 'the server does not allow this method');
  allow('delete');
  return remove(exchange, cluster.store.get(namespace, name));
}

/** Records what an account asks for, and throws 403 when it may not. */
export function permit({ cluster, account }: Pick<PodRequest, 'cluster' | 'account'>, attempt: Attempt): void {
  authorise(account, attempt);
  cluster.attempts.push(attempt);
}

function create({ cluster, url, body, response }: PodRequest, namespace: string, allow: (verb: string) => void): void {
  allow('create');
  const { store, kubelet, runtimeClasses, podsMax } = cluster;
  const pod = admitPod(body, { namespace, runtimeClasses, enforcesRestricted: true });
  const used = store.list().filter(({ status }) => !['Failed', 'Succeeded'].includes(status?.phase ?? '')).length;
  if (used >= podsMax) {
    throw forbidden(
      `pods "${pod.metadata?.name}" is forbidden: exceeded quota: workspaces, requested: pods=1, used: pods=${used}, limited: pods=${podsMax}`,
    );
  }
  pod.metadata = { ...pod.metadata, creationTimestamp: new Date() };
  if (url.searchParams.get('dryRun') === 'All') return reply(response, 201, pod);
  const stored = store.add(pod);
  reply(response, 201, stored);
  void kubelet.run(pod);
}

function patch({ cluster, request, body, response }: PodRequest, pod: V1Pod): void {
  if (!request.headers['content-type']?.endsWith('merge-patch+json'))
    throw new ApiRefusal(415, 'UnsupportedMediaType', 'only merge patches are understood here');
  const { metadata } = LabelPatch.parse(body);
  cluster.store.update(pod, (stored) => {
    const labels = { ...stored.metadata?.labels, ...metadata.labels };
    const kept = Object.entries(labels).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
    stored.metadata = { ...stored.metadata, labels: Object.fromEntries(kept) };
  });
  reply(response, 200, pod);
}

function remove({ cluster, url, body, response }: PodRequest, pod: V1Pod): void {
  const asked = Deletion.parse(body ?? {}).gracePeriodSeconds ?? url.searchParams.get('gracePeriodSeconds');
  const graceSec = Number(asked ?? pod.spec?.terminationGracePeriodSeconds ?? 30);
  const again = pod.metadata?.deletionTimestamp !== undefined && graceSec > 0;
  cluster.store.update(pod, (stored) => {
    stored.metadata = { ...stored.metadata, deletionTimestamp: new Date(), deletionGracePeriodSeconds: graceSec };
  });
  reply(response, 200, pod);
  if (!again) void cluster.kubelet.end(pod, graceSec);
}

function podList({ store }: Cluster, namespace: string, query: URLSearchParams): unknown {
  const fits = selects(query);
  const items = store.list().filter((pod) => pod.metadata?.namespace === namespace && fits(pod));
  return { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: String(store.version()) }, items };
}

function eventList({ kubelet }: Cluster, namespace: string, query: URLSearchParams): unknown {
  const name = /involvedObject\.name=([^,]+)/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '';
  const involvedObject = { kind: 'Pod', namespace, name };
  const items = kubelet.warningsOf(name).map(({ reason, message }, index) => ({
    metadata: { name: `${name}.${index}`, namespace },
    type: 'Warning',
    involvedObject,
    reason,
    message,
  }));
  return { kind: 'EventList', apiVersion: 'v1', metadata: {}, items };
}

function watch({ cluster, url, request, response }: PodRequest, namespace: string): void {
  const fits = selects(url.searchParams);
  const version = Number(url.searchParams.get('resourceVersion') ?? '0');
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const unfollow = cluster.store.follow(version === 0 ? null : version, ({ type, object }) => {
    if (object.metadata?.namespace === namespace && fits(object))
      response.write(`${JSON.stringify({ type, object })}\n`);
  });
  const seconds = Number(url.searchParams.get('timeoutSeconds') ?? '0');
  const timer = seconds > 0 ? setTimeout(() => response.end(), seconds * 1_000) : undefined;
  request.on('close', () => {
    clearTimeout(timer);
    unfollow();
  });
}

async function log({ cluster, response }: PodRequest, pod: V1Pod): Promise<void> {
  const container = cluster.kubelet.containerOf(pod);
  if (container === undefined) throw notFound(`logs of pods "${pod.metadata?.name}"`);
  const framed = await container.logs({ stdout: true, stderr: true, follow: false });
  const [raw, plain] = [new PassThrough(), new PassThrough()];
  cluster.docker.modem.demuxStream(raw, plain, plain);
  raw.end(framed);
  raw.on('end', () => plain.end());
  response.writeHead(200, { 'content-type': 'text/plain' });
  plain.pipe(response);
}

/** Sends a JSON answer. */
export function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { ApiRefusal, notFound, statusOf } from './api-status.ts';
import { authorise } from './authorise.ts';
import type { Account } from './authorise.ts';
import { discovery } from './discovery.ts';
import type { VersionFacts } from './discovery.ts';
import { readManifests } from './manifests.ts';
import { POD_PATH, answerPodRequest, permit, reply } from './pod-requests.ts';
import type { Cluster } from './pod-requests.ts';
import type { RemoteCommand } from './remote-command.ts';

/** What every request is answered from. */
export interface Door {
  readonly cluster: Cluster;
  readonly version: VersionFacts;
  /** Throws 401. */
  readonly accountOf: (request: IncomingMessage) => Account;
}

const BASE = 'https://stand-in';
const NAMESPACE_PATH = /^\/api\/v1\/namespaces\/([^/]+)$/;
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const Review = z.object({
  spec: z.object({
    resourceAttributes: z.object({
      verb: z.string(),
      resource: z.string(),
      subresource: z.string().optional(),
      namespace: z.string(),
    }),
  }),
});

/** Answers one request; a refusal is an answer as well. Never rejects. */
export async function answerRequest(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const account = door.accountOf(request);
    const url = new URL(request.url ?? '/', BASE);
    const known = discovery(door.version)[url.pathname];
    const body = await readBody(request);
    if (known !== undefined) return reply(response, 200, known);
    if (url.pathname === REVIEWS) return reply(response, 201, review(account, body));
    const space = NAMESPACE_PATH.exec(url.pathname)?.[1];
    if (space !== undefined) return reply(response, 200, namespaceFor(account, space));
    if (!POD_PATH.test(url.pathname)) throw notFound('the requested resource');
    await answerPodRequest({ cluster: door.cluster, account, url, body, request, response });
  } catch (thrown) {
    const refusal = toRefusal(thrown);
    if (response.headersSent) response.destroy();
    else reply(response, refusal.status, statusOf(refusal));
  }
}

/** The command that a WebSocket request asks for. Throws {@link ApiRefusal}. */
export function commandOf({ cluster, version, accountOf }: Door, request: IncomingMessage): RemoteCommand {
  const account = accountOf(request);
  const url = new URL(request.url ?? '/', BASE);
  const [, namespace = '', , name = '', part] = POD_PATH.exec(url.pathname) ?? [];
  if (part !== 'exec' && part !== 'attach') throw notFound('the requested resource');
  const resource = `pods/${part}`;
  permit({ cluster, account }, { verb: 'get', resource, namespace });
  if (version.execNeedsCreate) permit({ cluster, account }, { verb: 'create', resource, namespace });
  const pod = cluster.store.get(namespace, name);
  const container = cluster.kubelet.containerOf(pod);
  if (container === undefined || pod.status?.phase !== 'Running')
    throw new ApiRefusal(400, 'BadRequest', `pod ${name} is not running`);
  const wants = (key: string): boolean => ['1', 'true'].includes(url.searchParams.get(key) ?? '');
  return {
    docker: cluster.docker,
    container,
    kind: part,
    argv: url.searchParams.getAll('command'),
    stdin: wants('stdin'),
    tty: wants('tty'),
  };
}

/** Answers a request for a WebSocket that is refused. */
export function refuseUpgrade(socket: Duplex, thrown: unknown): void {
  const refusal = toRefusal(thrown);
  const body = JSON.stringify(statusOf(refusal));
  const head = [`HTTP/1.1 ${refusal.status} Refused`, 'content-type: application/json', 'connection: close'];
  socket.end(`${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** A namespace of the manifests, for who may look beyond the workspaces. */
function namespaceFor(account: Account, name: string): unknown {
  authorise(account, { verb: 'get', resource: 'namespaces', namespace: name });
  const found = readManifests('base').find(
    ({ object }) => object.kind === 'Namespace' && object.metadata.name === name,
  );
  if (found === undefined) throw notFound(`namespaces "${name}"`);
  return found.object;
}

function toRefusal(thrown: unknown): ApiRefusal {
  if (thrown instanceof ApiRefusal) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof z.ZodError || thrown instanceof SyntaxError) return new ApiRefusal(400, 'BadRequest', message);
  return new ApiRefusal(500, 'InternalError', message);
}

function review(account: Account, body: unknown): unknown {
  const { spec } = Review.parse(body);
  const { verb, resource, subresource, namespace } = spec.resourceAttributes;
  const allowed = account.may({ verb, namespace, resource: subresource ? `${resource}/${subresource}` : resource });
  return { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec, status: { allowed } };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  if (/protobuf/.test(request.headers['content-type'] ?? ''))
    throw new ApiRefusal(415, 'UnsupportedMediaType', 'only JSON is understood here');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

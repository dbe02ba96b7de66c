import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';

/** What happens to a request instead of the normal answer. `lose-answer`: the host acts, the client never hears of it. */
export type Fault =
  { status: number; location?: string } | 'drop' | 'lose-answer' | { delayMs: number } | { until: Promise<void> };

/** A git smart HTTP server (the real `git http-backend`) that asks for a token. */
export interface GitHost extends AsyncDisposable {
  /** Directory of the bare repositories; a test fills it. */
  readonly root: string;
  url(name: string): string;
  /** Tokens the host knows now. */
  readonly tokens: Map<string, 'read' | 'write'>;
  /** Requests seen, e.g. `POST git-upload-pack`, in order. */
  readonly requests: string[];
  /** Answers with objects in them. */
  packsSent: number;
  /** Bytes of answers to upload-pack POSTs, i.e. of fetched objects and negotiation. */
  fetchedBytes: number;
  /** Bytes of receive-pack POSTs, i.e. of pushed objects. */
  pushedBytes: number;
  /** Asked for each request; undefined means none. */
  fault: (request: string) => Fault | undefined;
  /** Version 2 of the protocol can be hidden, as on old servers. */
  protocolTwo: boolean;
}

const BACKEND = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');

/** Serves the bare repositories in `root` on a free port of 127.0.0.1. */
export async function startGitHost(root: string): Promise<GitHost> {
  const server = createServer((request, response) => void answer(host, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the host has no port');
  const host: GitHost = {
    root,
    url: (name) => `http://127.0.0.1:${address.port}/${name}`,
    tokens: new Map(),
    requests: [],
    packsSent: 0,
    fetchedBytes: 0,
    pushedBytes: 0,
    fault: () => undefined,
    protocolTwo: true,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return host;
}

async function answer(host: GitHost, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const service = url.searchParams.get('service') ?? url.pathname.split('/').at(-1) ?? '';
  const name = `${request.method ?? ''} ${service}`;
  host.requests.push(name);
  const fault = host.fault(name);
  if (fault === 'drop') return void request.socket.destroy();
  if (typeof fault === 'object' && 'status' in fault) {
    response.writeHead(fault.status, fault.location === undefined ? {} : { location: fault.location });
    return void response.end();
  }
  const right = host.tokens.get(tokenOf(request) ?? '');
  if (right === undefined) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  if (service === 'git-receive-pack' && right === 'read') return void response.writeHead(403).end();
  if (typeof fault === 'object' && 'delayMs' in fault) await new Promise((done) => setTimeout(done, fault.delayMs));
  if (typeof fault === 'object' && 'until' in fault) await fault.until;
  if (name === 'POST git-receive-pack') request.on('data', (chunk: Buffer) => (host.pushedBytes += chunk.byteLength));
  const { head, body } = await runBackend(host, request, url);
  if (fault === 'lose-answer') return void request.socket.destroy();
  if (name === 'POST git-upload-pack') {
    host.fetchedBytes += body.byteLength;
    if (body.includes('PACK')) host.packsSent += 1;
  }
  response.writeHead(Number(head.get('status')?.slice(0, 3) ?? 200), {
    'content-type': head.get('content-type') ?? '',
  });
  response.end(body);
}

function tokenOf(request: IncomingMessage): string | undefined {
  const encoded = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8').split(':')[1];
}

function runBackend(
  host: GitHost,
  request: IncomingMessage,
  url: URL,
): Promise<{ head: Map<string, string>; body: Buffer }> {
  const header = (name: string): string => [request.headers[name] ?? ''].flat().join(', ');
  const child = spawn(BACKEND, {
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: host.root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'x-access-token',
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      ...(header('content-length') === '' ? {} : { CONTENT_LENGTH: header('content-length') }),
      ...(host.protocolTwo ? { GIT_PROTOCOL: header('git-protocol') } : {}),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin).on('error', () => undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const lines = all.toString('latin1', 0, Math.max(end, 0)).split('\r\n');
      const head = new Map(lines.map((line) => [line.split(': ')[0]?.toLowerCase() ?? '', line.split(': ')[1] ?? '']));
      resolve({ head, body: all.subarray(end + 4) });
    });
  });
}

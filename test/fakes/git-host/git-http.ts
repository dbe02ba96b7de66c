import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { gitEnvironment } from './git.ts';

const BACKEND_TIMEOUT_MS = 120_000;
const HEADER_END = '\r\n\r\n';

/** One request for `git http-backend`. */
export interface BackendRequest {
  readonly projectRoot: string;
  /** Below the project root: `/owner/name.git/info/refs`. */
  readonly path: string;
  readonly query: string;
  readonly user: string;
  /** What the repository's hooks are told, by the name of the environment variable. */
  readonly variables: Readonly<Record<string, string>>;
  readonly incoming: IncomingMessage;
  /** Ends the backend early. */
  readonly abandoned: AbortSignal;
}

/** Where the backend's answer goes, piece by piece. */
export interface BackendSink {
  head(status: number, headers: Record<string, string>): void;
  data(chunk: Buffer): void;
}

/**
 * Runs `git http-backend` as a CGI program (git-http-backend(1), RFC 3875) and resolves with the number of request
 * bytes it was fed once it has ended. Rejects when it cannot be started or outlives {@link BACKEND_TIMEOUT_MS}.
 */
export function runGitBackend(request: BackendRequest, sink: BackendSink): Promise<{ readonly bytesReceived: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {
      env: cgiVariables(request),
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: BACKEND_TIMEOUT_MS,
    });
    let bytesReceived = 0;
    let waiting: Buffer | undefined = Buffer.alloc(0);
    request.incoming.on('data', (chunk: Buffer) => (bytesReceived += chunk.byteLength));
    request.abandoned.addEventListener('abort', () => child.kill());
    request.incoming.pipe(child.stdin);
    child.stdin.on('error', () => request.incoming.resume());
    child.stdout.on('data', (chunk: Buffer) => {
      if (waiting === undefined) return sink.data(chunk);
      waiting = Buffer.concat([waiting, chunk]);
      const end = waiting.indexOf(HEADER_END);
      if (end < 0) return;
      const { status, headers } = parseHead(waiting.subarray(0, end).toString('latin1'));
      sink.head(status, headers);
      const rest = waiting.subarray(end + HEADER_END.length);
      waiting = undefined;
      if (rest.byteLength > 0) sink.data(rest);
    });
    child.on('error', reject);
    child.on('close', () => {
      if (waiting === undefined) resolve({ bytesReceived });
      else reject(new Error('git http-backend ended without an answer'));
    });
  });
}

function cgiVariables(request: BackendRequest): NodeJS.ProcessEnv {
  const { headers, method } = request.incoming;
  const optional = {
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: [headers['git-protocol']].flat()[0],
  };
  return {
    ...gitEnvironment(),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    GIT_PROJECT_ROOT: request.projectRoot,
    GIT_HTTP_EXPORT_ALL: '1',
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REQUEST_METHOD: method,
    PATH_INFO: request.path,
    QUERY_STRING: request.query,
    REMOTE_USER: request.user,
    REMOTE_ADDR: '127.0.0.1',
    ...request.variables,
  };
}

function parseHead(text: string): { status: number; headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split('\r\n')) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers };
}

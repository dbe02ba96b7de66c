import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { GitHubOptions } from '../../../../app/vcs/github/wire/options.ts';
import { createGitHub, type GitHubDeps, type GitHubHost } from '../../../../app/vcs/github/plugin.ts';
import { createLogSink } from './log-sink.ts';
import { UNLIMITED } from './unlimited.ts';

/** An answer as data, or a function that writes one by itself, for what no well-behaved server does. */
export type ScriptedAnswer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | ((response: ServerResponse) => void);

/** One request after its token: `METHOD /path?query`, counted from 0. */
export type Script = (request: { line: string; index: number }) => ScriptedAnswer;

/** The adapter against answers that the stand-in cannot or may not give. */
export interface ScriptedApi extends AsyncDisposable {
  readonly host: GitHubHost;
  readonly repo: RepoRef;
  /** Every request but those for tokens. */
  readonly requests: { line: string; headers: IncomingMessage['headers'] }[];
  /** Paths of the requests for tokens. */
  readonly minted: string[];
}

const HOUR_MS = 3_600_000;

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** Starts a server that mints tokens for anybody and answers everything else by script. */
export async function startScriptedApi(
  script: Script,
  deps: Partial<GitHubDeps> = {},
  changed: Partial<GitHubOptions> = {},
): Promise<ScriptedApi> {
  const minted: string[] = [];
  const requests: ScriptedApi['requests'] = [];
  const server = createServer((request, response) => {
    request.resume();
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    if (line.endsWith('/access_tokens')) {
      minted.push(request.url ?? '');
      const expires_at = new Date(Date.now() + HOUR_MS).toISOString();
      return send(response, { status: 201, body: { token: 'ghs_scripted', expires_at } });
    }
    requests.push({ line, headers: request.headers });
    send(response, script({ line, index: requests.length - 1 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted API listens on no port');
  const url = `http://127.0.0.1:${address.port}`;
  const options = {
    appId: 1,
    privateKey,
    apiUrl: `${url}/`,
    webUrl: `${url}/`,
    ...changed,
  };
  return {
    host: createGitHub(options, {
      logger: createLogSink(),
      budget: UNLIMITED,
      registerSecret: () => undefined,
      ...deps,
    }),
    repo: { provider: 'github', installationId: 1, id: 2, owner: 'octo', name: 'app' },
    requests,
    minted,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, answer: ScriptedAnswer): void {
  if (typeof answer === 'function') return answer(response);
  const { status, headers = {}, body } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { GitLabOptions } from '../../../../app/vcs/gitlab/wire/options.ts';
import { createGitLab, type GitLabDeps, type GitLabHost } from '../../../../app/vcs/gitlab/plugin.ts';

/** An answer as data, or a function that writes one by itself, for what no well-behaved server does. */
export type ScriptedAnswer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | ((response: ServerResponse) => void);

/** One request: `METHOD /path?query`, counted from 0 without those for our own account. */
export type Script = (request: { line: string; index: number }) => ScriptedAnswer;

/** The adapter against answers that the stand-in cannot or may not give. */
export interface ScriptedApi extends AsyncDisposable {
  readonly host: GitLabHost;
  readonly repo: RepoRef;
  /** Every request but those for our own account. */
  readonly requests: { line: string; headers: IncomingMessage['headers'] }[];
  readonly url: string;
}

/** Our own account, as the server tells it. */
export const US = { id: 41, username: 'project_2_bot_0123456789abcdef', name: 'astraforge', email: 'bot@example.test' };

/** Starts a server that knows our account and answers everything else by script. */
export async function startScriptedApi(
  script: Script,
  deps: Partial<GitLabDeps> = {},
  changed: Partial<GitLabOptions> = {},
): Promise<ScriptedApi> {
  const requests: ScriptedApi['requests'] = [];
  const server = createServer((request, response) => {
    request.resume();
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    if (line.endsWith('/api/v4/user')) return send(response, { status: 200, body: US });
    requests.push({ line, headers: request.headers });
    send(response, script({ line, index: requests.length - 1 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted API listens on no port');
  const url = `http://127.0.0.1:${address.port}`;
  const options = { url: `${url}/`, token: 'glpat-scripted', projects: ['team/app'], ...changed };
  return {
    host: createGitLab(options, { registerSecret: () => undefined, ...deps }),
    repo: { provider: 'gitlab', installationId: 0, id: 2, owner: 'team', name: 'app' },
    requests,
    url,
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

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AppError, toAppError } from '#core/domain/errors.ts';
import {
  openAppRegistration,
  type AppCredentials,
  type AppRegistration,
} from '../../app/vcs/github/wire/app-registration.ts';
import { addToEnvFile } from './env-file.ts';
import { permissionPage } from './permission-page.ts';
import { isFromOurPage, originOf, readImport } from './set-up-request.ts';
import type { SetUpVariables } from './set-up-variables.ts';

const STATE_BYTES = 24;
/** Time for the browser to fetch the last page after an App was imported. */
const LAST_PAGE_WAIT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
const ENV_FILE = '.env';
const MANIFEST = new URL('../../app.yml', import.meta.url);

/** The set-up page, listening. Disposing closes it at once. */
export interface SetUp extends AsyncDisposable {
  /** Where to open it. */
  readonly url: string;
  /** Where GitHub will send webhooks to. */
  readonly webhookUrl: string;
  readonly asks: AppRegistration['asks'];
  /** Resolves once an App is in `.env`, as the variables that were written. */
  readonly registered: Promise<Readonly<Record<string, string>>>;
}

interface Desk {
  readonly config: SetUpVariables;
  readonly registration: AppRegistration;
  readonly state: string;
  readonly say: (line: string) => void;
  readonly finish: (variables: Readonly<Record<string, string>>) => void;
}

/**
 * Opens the set-up page on HOST and PORT. An App that GitHub makes, or that a person names, is written to `.env` in the
 * working directory. `say` hears what goes wrong, in a line.
 * @throws AppError `unavailable` when the port is taken.
 */
export async function openSetUp(config: SetUpVariables, say: (line: string) => void): Promise<SetUp> {
  const server = createServer();
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const url = await listen(server, config);
  const webhookUrl = `${config.PUBLIC_URL ?? url}/webhooks/github`;
  const registration = await openAppRegistration({
    apiUrl: config.GITHUB_API_URL,
    webUrl: config.GITHUB_SERVER_URL,
    organization: config.GH_ORG,
    manifestFile: MANIFEST,
    webhookUrl,
  });
  const registered = new Promise<Readonly<Record<string, string>>>((finish) => {
    const desk = { config, registration, state: randomBytes(STATE_BYTES).toString('hex'), say, finish };
    server.on('request', (request, response) => {
      serve(desk, request, response).catch((thrown: unknown) => {
        const { message } = toAppError(thrown, 'setting up the GitHub App');
        say(message);
        if (response.headersSent) response.destroy();
        else answer(response, 502, `${message}\nGo back to the set-up page and try again.`);
      });
    });
  });
  return { url, webhookUrl, asks: registration.asks, registered, [Symbol.asyncDispose]: () => close(server) };
}

async function serve(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const origin = originOf(request, desk.config.PUBLIC_URL);
  if (origin === undefined) return answer(response, 403, 'Open this page by its address, or set PUBLIC_URL.');
  const url = new URL(request.url ?? '/', origin);
  const note = '<a href="/permissions">What the App may do, and why</a>';
  switch (`${request.method ?? ''} ${url.pathname}`) {
    case 'GET /':
      return void response.writeHead(302, { location: '/probot' }).end();
    case 'GET /probot':
      return show(response, desk.registration.invitation({ origin, state: desk.state, note }));
    case 'GET /permissions':
      return show(response, permissionPage(desk.registration.asks));
    case 'GET /probot/setup':
      return takeCode(desk, url.searchParams, response);
    case 'GET /probot/import':
      return show(response, desk.registration.importPage());
    case 'POST /probot/import':
      return takeImport(desk, request, response);
    case 'GET /probot/success':
      return show(response, desk.registration.donePage());
    default:
      if (!desk.registration.asset(request, response)) answer(response, 404, 'Not found. The set-up is at /probot.');
  }
}

async function takeCode(desk: Desk, query: URLSearchParams, response: ServerResponse): Promise<void> {
  const code = query.get('code') ?? '';
  if (query.get('state') !== desk.state) return answer(response, 403, 'This visit did not begin on our set-up page.');
  if (code === '') return answer(response, 400, 'GitHub sent no code. Start again on the set-up page.');
  const { credentials, installUrl } = await desk.registration.register(code);
  const variables = await keep(credentials);
  response.once('close', () => desk.finish(variables));
  response.writeHead(302, { location: installUrl }).end();
}

async function takeImport(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isFromOurPage(request)) return answer(response, 403, 'Only the set-up page may name an App.');
  const read = await readImport(request);
  if ('fault' in read) {
    desk.say(`The App was not taken: ${read.fault}`);
    return answer(response, 400, read.fault);
  }
  const variables = await keep(read.credentials);
  answer(response, 200, 'Taken.');
  setTimeout(() => desk.finish(variables), LAST_PAGE_WAIT_MS).unref();
}

/** The key goes in as base64: the one form of it that is a single line everywhere. */
async function keep(credentials: AppCredentials): Promise<Readonly<Record<string, string>>> {
  const variables = { ...credentials, PRIVATE_KEY: Buffer.from(credentials.PRIVATE_KEY).toString('base64') };
  await addToEnvFile(ENV_FILE, variables);
  return variables;
}

function show(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' }).end(html);
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

async function listen(server: Server, { HOST: host, PORT: wanted }: SetUpVariables): Promise<string> {
  server.listen(wanted, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw new AppError('unavailable', `Listening on ${host}, port ${wanted}, failed. Set PORT to another one.`, {
      cause,
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host) ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { AppError } from '#core/domain/errors.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { ApiEnv } from './api/guard.ts';
import type { Addressed } from './webhooks.ts';
import { dashboardRoutes, type Dashboard } from './dashboard.ts';
import { healthRoutes, type Dependency } from './health.ts';

/** A listening server. Disposing stops accepting, waits for open answers up to 5 s, then closes. */
export interface HttpServer extends AsyncDisposable {
  readonly url: string;
}

/** Of a Git host its name only; of an error tracker also which source it is, and what proves that. */
const WEBHOOK_PATH = /^\/webhooks\/([a-z]+)((?:\/[\w-]{1,200}){0,2})\/?$/;
const CLOSE_TIMEOUT_MS = 5_000;
/** Slow senders are cut off; GitHub delivers within seconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Opens the door to the internet: webhooks, health, the REST API, signing in, the dashboard. `port` 0 picks a free one. */
export async function serve(
  options: { host: string; port: number },
  deps: {
    /** Absent in a process that only shows its health. */
    webhooks?: ((request: IncomingMessage, response: ServerResponse, to: Addressed) => Promise<void>) | undefined;
    /** The REST API; absent where it is not open. */
    api?: Hono<ApiEnv> | undefined;
    /** Signing in; absent where the API is. */
    auth?: Hono | undefined;
    /** The dashboard; absent where there is none to serve. */
    dashboard?: Dashboard | undefined;
    dependencies: readonly Dependency[];
    draining: () => boolean;
    logger: Logger;
  },
): Promise<HttpServer> {
  const routes = new Hono({ strict: false });
  healthRoutes(routes, deps);
  if (deps.api !== undefined) routes.route('/api', deps.api);
  if (deps.auth !== undefined) routes.route('/auth', deps.auth);
  dashboardRoutes(routes, deps.dashboard);
  const rest = getRequestListener(routes.fetch);
  const server = createServer((request, response) => {
    const to = request.method === 'POST' ? webhookIn(request.url ?? '') : undefined;
    if (to === undefined || deps.webhooks === undefined) return void rest(request, response);
    deps.webhooks(request, response, to).catch((err: unknown) => {
      deps.logger.error({ err }, 'a webhook call failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, options);
  const { address, port } = addressOf(server);
  return {
    url: `http://${address === '0.0.0.0' || address === '::' ? 'localhost' : address}:${port}`,
    [Symbol.asyncDispose]: () => close(server),
  };
}

function webhookIn(url: string): Addressed | undefined {
  const [, name, rest = ''] = WEBHOOK_PATH.exec(url) ?? [];
  return name === undefined ? undefined : { name, path: rest.split('/').filter((part) => part !== '') };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new AppError('internal', 'The server listens on no port');
  return address;
}

function listen(server: Server, options: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { receiveDelivery } from '#core/usecases/intake/receive-delivery.ts';
import { compose, type Shared } from './compose.ts';
import { App, readConfig } from './config.ts';
import { createApi } from './http/api/api.ts';
import { authenticator } from './http/api/authenticate.ts';
import { openDashboard } from './http/dashboard.ts';
import { serve, type HttpServer } from './http/server.ts';
import { webhookHandler } from './http/webhooks.ts';
import type { Dependency } from './http/health.ts';
import { createKeyMint } from './identity/key-mint.ts';
import { addressVariables, doorVariables, openDoors, talkVariables, type DoorVariables } from './plugins.ts';
import { runRoot, untilStopped } from './process.ts';

/** This process needs the webhook secrets only; whatever else of a host it is given must be right, and is not used. */
function appVariables(env: Readonly<Record<string, string | undefined>>) {
  const talk = talkVariables({}).partial().shape;
  return App.extend({ ...talk, ...addressVariables.shape, ...doorVariables(env).shape });
}

/** Where `npm run build:dashboard` puts what browsers are given. */
const DASHBOARD = fileURLToPath(new URL('../dashboard/dist', import.meta.url));

type ApiVariables = z.infer<typeof addressVariables>;

/** The REST API; undefined while nothing is there to hash keys with. */
function openApi(config: App & ApiVariables, shared: Shared): ReturnType<typeof createApi> | undefined {
  const { API_KEY_PEPPER: pepper, API_ADMIN_KEY: adminKey } = config;
  if (pepper === undefined) return undefined;
  const { store } = shared;
  const keyMint = createKeyMint({ pepper, adminKey });
  const hostUrls = { github: config.GITHUB_SERVER_URL, gitlab: config.GITLAB_URL };
  const authenticate = authenticator({ store, keyMint });
  return createApi({ ...shared, history: store.history, log: store.log, keyMint, hostUrls, authenticate });
}

/** Opens the door that faces the internet, over ports that are open already. `more` is what readiness depends on besides them. */
export async function startApp(
  config: App & DoorVariables & ApiVariables,
  shared: Shared,
  state: { draining: () => boolean; more?: readonly Dependency[] },
): Promise<HttpServer> {
  const receive = (delivery: Parameters<typeof receiveDelivery>[1]) =>
    receiveDelivery({ inbox: shared.store.inbox, runtime: shared.runtime }, delivery);
  const dependencies: Dependency[] = [
    { name: 'postgres', check: () => shared.store.ping() },
    { name: 'queue', check: () => shared.queue.ping() },
    ...(state.more ?? []),
  ];
  const webhooks = webhookHandler({
    doors: await openDoors(config),
    receive,
    logger: shared.logger,
  });
  const { draining } = state;
  const doors = { webhooks, api: openApi(config, shared), dashboard: openDashboard(DASHBOARD) };
  return serve({ host: config.HOST, port: config.PORT }, { ...doors, dependencies, draining, logger: shared.logger });
}

async function main(): Promise<void> {
  const config = readConfig(appVariables(process.env), process.env);
  await using shared = await compose(config, { name: 'app' });
  let draining = false;
  await using server = await startApp(config, shared, { draining: () => draining });
  shared.logger.info({ url: server.url }, 'app serves');
  await untilStopped();
  draining = true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRoot(main);

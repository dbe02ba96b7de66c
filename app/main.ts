import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import type { RateLimiter } from '#core/ports/access/api-calls.ts';
import type { ConnectorDoor, TrackerDoor } from '#core/ports/host/webhook-door.ts';
import { receiveDelivery } from '#core/usecases/intake/receive-delivery.ts';
import { compose, type Shared } from './compose.ts';
import { openConnectorDoors } from './compose-connectors.ts';
import { openTrackerDoors } from './compose-trackers.ts';
import { openSignIn } from './compose-sign-in.ts';
import { App, ConfigError, readConfig } from './config.ts';
import { effectiveVariables } from './config-variables.ts';
import { createApi } from './http/api/api.ts';
import { openDashboard } from './http/dashboard.ts';
import { serve, type HttpServer } from './http/server.ts';
import { webhookHandler } from './http/webhooks.ts';
import type { Dependency } from './http/health.ts';
import { createKeyMint } from './identity/key-mint.ts';
import {
  addressVariables,
  doorVariables,
  hostAddresses,
  openDoors,
  talkVariables,
  type DoorVariables,
} from './plugins.ts';
import { openRateLimiter } from './redis/rate-limit.ts';
import { runRoot, untilStopped } from './process.ts';
import { installedVersion } from './version.ts';
import type { Settings } from '#core/contracts/http/settings.ts';

/** This process needs the webhook secrets only; whatever else of a host it is given must be right, and is not used. */
function appVariables(env: Readonly<Record<string, string | undefined>>) {
  const talk = talkVariables({}).partial().shape;
  return App.extend({ ...talk, ...addressVariables.shape, ...doorVariables(env).shape });
}

/** Where `npm run build:dashboard` puts what browsers are given. */
const DASHBOARD = fileURLToPath(new URL('../dashboard/dist', import.meta.url));

type ApiVariables = z.infer<typeof addressVariables>;

/** The REST API and signing in; neither while nothing is there to hash keys with. */
function openApi(
  config: App & ApiVariables,
  shared: Shared,
  { variables, limiter }: { variables: Settings['variables']; limiter: RateLimiter },
): Pick<Parameters<typeof serve>[1], 'api' | 'auth'> {
  const { API_KEY_PEPPER: pepper, API_ADMIN_KEY: adminKey } = config;
  if (pepper === undefined) {
    if (config.OIDC_ISSUER === undefined) return {};
    throw new ConfigError('Signing in at OIDC_ISSUER needs API_KEY_PEPPER. See docs/guides/sign-in.md.');
  }
  const { store } = shared;
  const keyMint = createKeyMint({ pepper, adminKey });
  const addressOf = hostAddresses(config);
  const { auth, links, ...people } = openSignIn(config, shared, { pepper, keyMint });
  const checks = [
    { name: 'postgres' as const, check: () => store.ping() },
    { name: 'queue' as const, check: () => shared.queue.ping() },
  ];
  const settings = { version: installedVersion(), variables, checks };
  const deps = { ...shared, limiter, history: store.history, log: store.log, keyMint, addressOf, settings };
  return { auth, api: createApi({ ...deps, ...people, ...links }) };
}

/**
 * Opens the door that faces the internet, over ports that are open already. `more` is what readiness depends on besides them,
 * `variables` how this process is set up, to be shown.
 */
export async function startApp(
  config: App & DoorVariables & ApiVariables,
  shared: Shared,
  state: { draining: () => boolean; more?: readonly Dependency[]; variables: Settings['variables'] },
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
    trackers: new Map<string, TrackerDoor | ConnectorDoor>([
      ...(await openTrackerDoors(config.ALERT_WEBHOOK_SECRETS)),
      ...(await openConnectorDoors(config.CONNECTORS, config.CONNECTOR_SECRETS)),
    ]),
    receive,
    logger: shared.logger,
  });
  const { draining } = state;
  const limiter = openRateLimiter({ callsPerMinute: config.API_CALLS_PER_MINUTE, redisUrl: config.REDIS_URL });
  const api = openApi(config, shared, { variables: state.variables, limiter });
  const doors = { webhooks, ...api, dashboard: openDashboard(DASHBOARD) };
  const options = { host: config.HOST, port: config.PORT };
  const server = await serve(options, { ...doors, dependencies, draining, logger: shared.logger });
  return {
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await limiter[Symbol.asyncDispose]();
    },
  };
}

async function main(): Promise<void> {
  const schema = appVariables(process.env);
  const config = readConfig(schema, process.env);
  await using shared = await compose(config, { name: 'app' });
  let draining = false;
  await using server = await startApp(config, shared, {
    draining: () => draining,
    variables: effectiveVariables(schema, process.env),
  });
  shared.logger.info({ url: server.url }, 'app serves');
  await untilStopped();
  draining = true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRoot(main);

import { fileURLToPath } from 'node:url';
import { receiveDelivery } from '#core/usecases/receive-delivery.ts';
import { compose, type Shared } from './compose.ts';
import { App, readConfig } from './config.ts';
import { serve, type HttpServer } from './http/server.ts';
import { webhookHandler, type WebhookDoor } from './http/webhooks.ts';
import type { Dependency } from './http/health.ts';
import { runRoot, untilStopped } from './process.ts';
import { openGitHubDoor } from './vcs/github/app.ts';
import { GitHubDoorVariables, GitHubVariables } from './vcs/github/variables.ts';

/** This process needs the webhook secret only; whatever else of the App it is given must be right, and is not used. */
const AppConfig = App.extend({
  ...GitHubVariables.partial().shape,
  ...GitHubDoorVariables.shape,
});

/** Opens the door that faces the internet, over ports that are open already. `more` is what readiness depends on besides them. */
export async function startApp(
  config: App & GitHubDoorVariables,
  shared: Shared,
  state: { draining: () => boolean; more?: readonly Dependency[] },
): Promise<HttpServer> {
  const github = await openGitHubDoor({ webhookSecret: config.WEBHOOK_SECRET });
  const receive = (delivery: Parameters<typeof receiveDelivery>[1]) =>
    receiveDelivery({ inbox: shared.store.inbox, runtime: shared.runtime }, delivery);
  const dependencies: Dependency[] = [
    { name: 'postgres', check: () => shared.store.ping() },
    { name: 'queue', check: () => shared.queue.ping() },
    ...(state.more ?? []),
  ];
  const webhooks = webhookHandler({
    doors: new Map<string, WebhookDoor>([['github', (knock) => github.admit(knock)]]),
    receive,
    logger: shared.logger,
  });
  const { draining } = state;
  return serve({ host: config.HOST, port: config.PORT }, { webhooks, dependencies, draining, logger: shared.logger });
}

async function main(): Promise<void> {
  const config = readConfig(AppConfig, process.env);
  await using shared = await compose(config, { name: 'app' });
  let draining = false;
  await using server = await startApp(config, shared, { draining: () => draining });
  shared.logger.info({ url: server.url }, 'app serves');
  await untilStopped();
  draining = true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRoot(main);

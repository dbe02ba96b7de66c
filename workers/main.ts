import { fileURLToPath } from 'node:url';
import { compose } from '../app/compose.ts';
import { readConfig } from '../app/config.ts';
import { serve } from '../app/http/server.ts';
import { runRoot, untilStopped } from '../app/process.ts';
import { connectSandbox, SandboxClientOptions } from '../sandbox/client.ts';
import { setUpCacheOf, startWorkers } from './compose.ts';
import { workersVariables } from './compose-variables.ts';

async function main(): Promise<void> {
  const config = readConfig(workersVariables(process.env).extend(SandboxClientOptions.shape), process.env);
  await using shared = await compose(config, { name: 'workers' });
  const workspaces = connectSandbox(config, { setUpCache: setUpCacheOf(config) });
  await workspaces.ready().catch((err: unknown) => shared.logger.warn({ err }, 'the sandbox does not answer yet'));
  let draining = false;
  const dependencies = [
    { name: 'postgres', check: () => shared.store.ping() },
    { name: 'queue', check: () => shared.queue.ping() },
    { name: 'engine', check: () => workspaces.ready() },
  ];
  await using health = await serve(
    { host: '127.0.0.1', port: config.HEALTH_PORT },
    { webhooks: undefined, dependencies, draining: () => draining, logger: shared.logger },
  );
  await using _workers = await startWorkers(config, shared, { workspaces, hostEnv: process.env });
  shared.logger.info({ provisioner: workspaces.provisioner, health: health.url }, 'workers take requests');
  await untilStopped();
  draining = true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRoot(main);

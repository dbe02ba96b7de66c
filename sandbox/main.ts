import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { Base, readConfig } from '../app/config.ts';
import { runRoot, untilStopped } from '../app/process.ts';
import { createLogger } from '../app/telemetry/logger.ts';
import { SandboxOptions } from './limits.ts';
import { chooseProvisioner } from './plugins.ts';
import { listenSandbox } from './server.ts';

/** Variables of this process: its own, and where the workers put the sockets that workspaces may see. */
const Sandbox = SandboxOptions.extend({
  LOG_LEVEL: Base.shape.LOG_LEVEL,
  SOCKET_DIRECTORY: z
    .string()
    .startsWith('/')
    .describe(
      'Directory of the sockets workspaces reach the model through, as the workers have it; nothing else is shown',
    ),
});

async function main(): Promise<void> {
  const config = readConfig(Sandbox, process.env);
  const logger = createLogger({ level: config.LOG_LEVEL, name: 'sandbox' }, { redactor: createRedactor() });
  const onProgress = (line: string): void => logger.info({ line }, 'preparing workspaces');
  const socketRoot = config.SOCKET_DIRECTORY;
  await using chosen = await chooseProvisioner(config, { onProgress, socketRoot });
  const { provisioner, reason } = chosen;
  await using _door = await listenSandbox({ provisioner, socketPath: config.SANDBOX_SOCKET, socketRoot });
  logger.info({ socket: config.SANDBOX_SOCKET, provisioner: provisioner.name, reason }, 'sandbox serves');
  await untilStopped();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRoot(main);

import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { openTelemetry } from '../app/compose-telemetry.ts';
import { Base, readConfig } from '../app/config.ts';
import { ErrorReporting } from '../app/config-telemetry.ts';
import { runRoot, untilStopped } from '../app/process.ts';
import { SandboxOptions } from './limits.ts';
import { chooseProvisioner } from './plugins.ts';
import { listenSandbox } from './server.ts';

/** Variables of this process: its own, and where the workers put the sockets that workspaces may see. */
const Sandbox = SandboxOptions.extend({
  LOG_LEVEL: Base.shape.LOG_LEVEL,
  ...ErrorReporting.shape,
  SOCKET_DIRECTORY: z
    .string()
    .startsWith('/')
    .describe(
      'Directory of the sockets workspaces reach the model through, as the workers have it; nothing else is shown',
    ),
});

async function main(): Promise<void> {
  const config = readConfig(Sandbox, process.env);
  await using telemetry = await openTelemetry(config, { name: 'sandbox', redactor: createRedactor() });
  const { logger } = telemetry;
  const onProgress = (line: string): void => logger.info({ line }, 'preparing workspaces');
  const socketRoot = config.SOCKET_DIRECTORY;
  await using chosen = await chooseProvisioner(config, { onProgress, socketRoot });
  const { provisioner, reason } = chosen;
  await using _door = await listenSandbox({ provisioner, socketPath: config.SANDBOX_SOCKET, socketRoot });
  logger.info({ socket: config.SANDBOX_SOCKET, provisioner: provisioner.name, reason }, 'sandbox serves');
  await untilStopped();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRoot(main);

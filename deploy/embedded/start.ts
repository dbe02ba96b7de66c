import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, App } from '../../app/config.ts';
import { effectiveVariables } from '../../app/config-variables.ts';
import { compose, type Shared } from '../../app/compose.ts';
import { startApp } from '../../app/main.ts';
import { doorVariables } from '../../app/plugins.ts';
import { openWorkspaces } from '../../sandbox/client.ts';
import { SandboxOptions } from '../../sandbox/limits.ts';
import { chooseProvisioner } from '../../sandbox/plugins.ts';
import { setUpCacheOf, startWorkers } from '../../workers/compose.ts';
import { workersVariables } from '../../workers/compose-variables.ts';

/** Everything in one process, running. Disposing drains it. */
export interface Running extends AsyncDisposable {
  /** Where the web door listens. */
  readonly url: string;
  /** Name of the provisioner in use, and why it was chosen. */
  readonly provisioner: string;
  readonly shared: Shared;
}

/** All variables of all processes, as the environment makes them necessary. */
export function everythingFor(env: Readonly<Record<string, string | undefined>>) {
  return App.extend(workersVariables(env).shape).extend(doorVariables(env).shape).extend(SandboxOptions.shape);
}

/**
 * Starts sandbox, workers and app in this process over the same ports as apart: on the embedded database, or on the
 * Postgres and Redis that the environment names. `onProgress` hears of long steps such as building the image.
 * @throws ConfigError naming every wrong variable; AppError when something needed is away.
 */
export async function start(
  env: Readonly<Record<string, string | undefined>>,
  watch: { writeLog?: (line: string) => void; onProgress?: (line: string) => void } = {},
): Promise<Running> {
  const schema = everythingFor(env);
  const config = readConfig(schema, env);
  const shared = await compose(config, {
    name: 'astraforge',
    ...(watch.writeLog === undefined ? {} : { writeLog: watch.writeLog }),
  });
  const opened: AsyncDisposable[] = [shared];
  const close = async (): Promise<void> => {
    for (const part of opened.toReversed()) await part[Symbol.asyncDispose]();
  };
  let draining = false;
  try {
    const socketRoot = config.SOCKET_DIRECTORY ?? join(tmpdir(), `astraforge-doors-${process.getuid?.() ?? 0}`);
    await mkdir(socketRoot, { recursive: true, mode: 0o700 });
    const chosen = await chooseProvisioner(config, { onProgress: watch.onProgress ?? (() => undefined), socketRoot });
    const { provisioner, reason } = chosen;
    opened.push(chosen);
    const workspaces = openWorkspaces(provisioner, { setUpCache: setUpCacheOf(config) });
    opened.push(await startWorkers({ ...config, SOCKET_DIRECTORY: socketRoot }, shared, { workspaces, hostEnv: env }));
    const more = [{ name: 'engine', check: () => workspaces.ready() }];
    const variables = effectiveVariables(schema, env);
    const server = await startApp(config, shared, { draining: () => draining, more, variables });
    opened.push(server);
    shared.logger.info({ url: server.url, provisioner: provisioner.name, reason }, 'astraforge serves');
    return {
      url: server.url,
      provisioner: `${provisioner.name} (${reason})`,
      shared,
      [Symbol.asyncDispose]: async () => {
        draining = true;
        await close();
      },
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

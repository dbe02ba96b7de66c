import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import Docker from 'dockerode';
import { findProgram } from '../services/find-program.ts';
import { startServerProcess, type ServerProcess } from '../services/server-process.ts';

const run = promisify(execFile);
const ENGINE = findProgram('dockerd', ['/usr/sbin', '/usr/local/sbin']);
/** Short, since the paths of Unix sockets below it are limited to 107 bytes. */
const ROOT_PREFIX = '/tmp/afe-';

/** What a private engine lacks here, or undefined when it can be had. */
export function privateEngineLacks(): string | undefined {
  if (ENGINE === undefined) return 'dockerd is not installed';
  return process.getuid?.() === 0 ? undefined : 'starting a container engine takes root';
}

/** A container engine of one test, without any network, which can be restarted without harm to the machine's own. */
export interface PrivateEngine extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly host: string;
  readonly client: Docker;
  /** Ends it by this signal, waits, and starts it again on the same data. */
  restart(signal: NodeJS.Signals, downMs: number): Promise<void>;
}

/** What an engine has that it would not have by itself. */
export interface PrivateEngineOptions {
  /** A bridge, in the network namespace of the caller, who must have one of their own. */
  readonly hasBridge?: boolean;
  /** Its configuration file; see dockerd(8). */
  readonly configuration?: object;
}

/** Starts one that holds `image`, which the machine's own engine must have; null: it holds none. */
export async function startPrivateEngine(
  image: string | null,
  options: PrivateEngineOptions = {},
): Promise<PrivateEngine> {
  const root = await mkdtemp(ROOT_PREFIX);
  const socketPath = join(root, 'docker.sock');
  const client = new Docker({ socketPath });
  let engine: ServerProcess | undefined = await startEngine(root, options);
  const dispose = async (): Promise<void> => {
    await engine?.stop('SIGTERM');
    await endLeftProcesses(root);
    await unmountBelow(root);
    await rm(root, { recursive: true, force: true });
  };
  try {
    if (image !== null) await copyImage(image, `unix://${socketPath}`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    host: `unix://${socketPath}`,
    client,
    restart: async (signal, downMs) => {
      await engine?.stop(signal);
      engine = undefined;
      await new Promise((resolve) => setTimeout(resolve, downMs));
      engine = await startEngine(root, options);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function startEngine(root: string, options: PrivateEngineOptions): Promise<ServerProcess> {
  const { hasBridge = false, configuration = {} } = options;
  await mkdir(join(root, 'data'), { recursive: true });
  await writeFile(join(root, 'daemon.json'), JSON.stringify(configuration));
  // In a network namespace of its own: an engine without a bridge deletes the docker0 of the machine's own engine, and one
  // with a bridge writes over its packet filter.
  const apart = hasBridge ? [] : ['unshare', '--net'];
  const [program, ...args] = [
    ...[...apart, ENGINE ?? 'dockerd', '--config-file', join(root, 'daemon.json')],
    ...['--data-root', join(root, 'data'), '--exec-root', join(root, 'exec'), '--pidfile', join(root, 'pid')],
    ...['--host', `unix://${join(root, 'docker.sock')}`, ...(hasBridge ? [] : ['--bridge=none', '--iptables=false'])],
  ];
  return startServerProcess({
    ...{ program: program ?? 'dockerd', args, cwd: root },
    ready: /API listen on/,
    deathSignal: 'KILL',
  });
}

/** By the client, as an operator would: what comes out of one engine goes straight into the other. */
async function copyImage(image: string, host: string): Promise<void> {
  const save = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', ['--host', host, 'load', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] });
  save.stdout.pipe(load.stdin).on('error', () => undefined);
  const [[saved], [loaded]] = await Promise.all([once(save, 'close'), once(load, 'close')]);
  if (saved !== 0 || loaded !== 0) throw new Error(`${image} could not be copied into the private engine`);
}

/** What an engine that was killed leaves behind: containerd and its shims, known by our directory in their arguments. */
async function endLeftProcesses(root: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/containerd/.test(command.split('\0')[0] ?? '') && command.includes(`${root}/`)) endQuietly(Number(pid));
  }
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself in between.
  }
}

async function unmountBelow(root: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const path of mounts.filter((each) => each.startsWith(`${root}/`)).toReversed())
    await run('umount', ['--lazy', path]).catch(() => undefined);
}

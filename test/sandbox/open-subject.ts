import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import type { Provisioner } from '#core/ports/provisioner.ts';
import { connectProvisioner } from '../../sandbox/client.ts';
import { createDockerProvisioner } from '../../sandbox/docker.ts';
import type { DockerSettings } from '../../sandbox/docker.ts';
import { SandboxOptions } from '../../sandbox/limits.ts';
import { createLocalProvisioner } from '../../sandbox/local.ts';
import { listenSandbox } from '../../sandbox/server.ts';
import { standAtSockets } from './door-stand.ts';
import type { DoorStand } from './door-stand.ts';
import type { ProvisionerSubject } from './guest-scene.ts';

const MEBIBYTE = 1024 * 1024;
const EVERYONE = 0o755;

/** A directory that guests may enter, gone with the subject. */
interface Room extends AsyncDisposable {
  readonly root: string;
  /** Where the sockets of runs are. */
  readonly sockets: string;
  openDoors(): Promise<DoorStand>;
}

async function openRoom(): Promise<Room> {
  const root = await mkdtemp(join(tmpdir(), 'sb-'));
  await chmod(root, EVERYONE);
  const sockets = join(root, 's');
  await mkdir(sockets, { mode: EVERYONE });
  return {
    root,
    sockets,
    openDoors: () => standAtSockets(sockets),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** The local provisioner below `root`, as its own installation. */
export function localProvisioner(root: string, instance = 'test'): Provisioner {
  return createLocalProvisioner({
    directory: join(root, 'guests'),
    instance,
    searchPath: '/usr/bin:/bin',
    fileBytesMax: 64 * MEBIBYTE,
  });
}

/** Bubblewrap on this machine. */
export async function openLocal(): Promise<ProvisionerSubject & Room> {
  const room = await openRoom();
  const provisioner = localProvisioner(room.root);
  return { ...room, provisioner, hasTraces: async (guest) => existsSync(guest.id) };
}

/** A subject that knows where it keeps its sockets. */
export type DockerSubject = ProvisionerSubject & Room;

/** Containers of an installation of their own on this machine's engine; the image is made first where it is missing. */
export async function openDocker(
  instance = `test-${randomUUID()}`,
  more: Partial<DockerSettings> = {},
): Promise<DockerSubject> {
  const room = await openRoom();
  const { CODEX_WORKSPACE_IMAGE: image } = SandboxOptions.parse({});
  const provisioner = createDockerProvisioner({
    image,
    instance,
    pidsMax: 256,
    memoryBytes: 512 * MEBIBYTE,
    cpus: 2,
    workspaceBytes: 64 * MEBIBYTE,
    imagesAllowed: [],
    socketRoot: room.sockets,
    poolSize: 0,
    onProgress: (line) => void process.stderr.write(`${line}\n`),
    ...more,
  });
  return {
    ...room,
    provisioner,
    hasTraces: (guest) =>
      new Docker()
        .getContainer(guest.id)
        .inspect()
        .then(
          () => true,
          () => false,
        ),
    [Symbol.asyncDispose]: async () => {
      await provisioner[Symbol.asyncDispose]();
      await provisioner.reap(async () => false);
      await room[Symbol.asyncDispose]();
    },
  };
}

/** The local provisioner behind the sandbox process's API, on a real socket. */
export async function openRemote(): Promise<ProvisionerSubject> {
  const local = await openLocal();
  const socketRoot = local.sockets;
  const socketPath = join(local.root, 'api.sock');
  const door = await listenSandbox({ provisioner: local.provisioner, socketPath, socketRoot });
  return {
    ...local,
    provisioner: connectProvisioner(socketPath),
    [Symbol.asyncDispose]: async () => {
      await door[Symbol.asyncDispose]();
      await local[Symbol.asyncDispose]();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerCreateOptions } from 'dockerode';
import { CAPABILITIES } from './capabilities.ts';
import type { ControlName } from './check.ts';
import { startContainer } from './containers.ts';
import type { RunProgram } from './containers.ts';
import { startCanaryHolder, startHostServices } from './host-services.ts';
import type { ProbeFacts } from './run-probes.ts';
import { SECRET_PLACES } from './secret-checks.ts';
import { engineGateway, startSibling, TOLD_NAMES } from './sibling.ts';
import type { Sibling } from './sibling.ts';
import type { Undo } from './undo.ts';
import { METADATA_ADDRESS } from './network-checks.ts';
import { GUEST_PATHS, GUEST_USER_ID } from '../../sandbox/guest-layout.ts';

/** The surroundings of a workspace under test: what there is to be reached, and two containers that reach it. */
export interface Controls {
  /** What checks may name, but for the doors of a guest. */
  readonly facts: ProbeFacts;
  readonly run: Readonly<Record<ControlName, RunProgram>>;
}

/** What the controls are made from: the workspace's own image and a directory with a run's doors. */
export interface ControlsInput {
  readonly image: string;
  readonly sockets: string;
}

/** Fields that the client's types do not know. */
type HostConfig = NonNullable<ContainerCreateOptions['HostConfig']> & {
  readonly MaskedPaths: readonly string[];
  readonly ReadonlyPaths: readonly string[];
  readonly DeviceCgroupRules: readonly string[];
};

const ENGINE_SOCKET = '/var/run/docker.sock';
/** Where the engine under test really listens. */
const ENGINE_SOCKET_PATH = process.env['DOCKER_HOST']?.replace(/^unix:\/\//, '') ?? ENGINE_SOCKET;
const FOREVER = ['sleep', '3600'];
/** Directory that holds a control group's files, by version of control groups. */
const GROUP_DIRECTORY = existsSync('/sys/fs/cgroup/memory') ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
/** Makes the kernel's own file systems writable, which the engine does for a privileged container only. */
const OPEN_UP = `for place in $(grep -o ' /sys[^ ]*' /proc/mounts); do mount -o remount,bind,rw "$place"; done; mount -o remount,rw /sys; exec ${FOREVER.join(' ')}`;
/** Program that makes, or with `0` removes, a System V segment that everybody may attach. */
const SEGMENT = `
import ctypes, sys
libc, key, size = ctypes.CDLL(None, use_errno=True), int(sys.argv[1]), int(sys.argv[2])
found = libc.shmget(key, size, 0o1666 if size else 0)
print(found if size else libc.shmctl(found, 0, 0))`;

/** Opens them. */
export async function openControls(input: ControlsInput, undo: Undo): Promise<Controls> {
  const word = (): string => `canary-${randomUUID()}`;
  const words = { canary: word(), environmentCanary: word(), fileCanary: word() };
  const holder = await startCanaryHolder({ argument: words.canary, environment: words.environmentCanary }, undo);
  const sibling = await startSibling(input.image, undo);
  const facts = {
    ...words,
    holder,
    ...(await startHostServices(undo)),
    hostName: hostname(),
    siblingName: sibling.name,
    gateway: await engineGateway(),
    sharedMemoryKey: 0x4153_0000 + (process.pid & 0xffff),
    groupDirectory: GROUP_DIRECTORY,
    groupFile: `${GROUP_DIRECTORY}/cgroup.procs`,
  };
  const loose = await startContainer(looseContainer(input, await plantSecrets(facts, undo), words), undo);
  const ordinary = await startContainer(ordinaryContainer(input, sibling), undo);
  const segment = (size: number): Promise<string> =>
    loose.run(['python3', '-c', SEGMENT, String(facts.sharedMemoryKey), String(size)], '');
  await segment(4_096);
  undo.add(() => segment(0));
  return { facts, run: { loose: loose.run, ordinary: ordinary.run } };
}

/** A file that says the same in the words of every tool, and git's own configuration. */
async function plantSecrets({ fileCanary }: { fileCanary: string }, undo: Undo): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'containment-'));
  undo.add(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'secret'), `https://x:${fileCanary}@github.com\n`);
  await writeFile(join(directory, 'gitconfig'), `[credential]\n\thelper = store\n[user]\n\tname = ${fileCanary}\n`);
  return directory;
}

/** Every mistake at once: root with all its powers, in every namespace of the host, with its socket and with secrets. */
function looseContainer(
  { image, sockets }: ControlsInput,
  secrets: string,
  words: { readonly environmentCanary: string },
): ContainerCreateOptions {
  return {
    Image: image,
    User: '0:0',
    Entrypoint: ['sh', '-c', OPEN_UP],
    Cmd: [],
    Env: [`OPENAI_API_KEY=${words.environmentCanary}`, 'HOME=/root'],
    HostConfig: {
      ...privileges(),
      NetworkMode: 'host',
      PidMode: 'host',
      IpcMode: 'host',
      UTSMode: 'host',
      Binds: [
        '/dev:/dev',
        `${ENGINE_SOCKET_PATH}:${ENGINE_SOCKET}`,
        `${sockets}:${GUEST_PATHS.sockets}`,
        `${secrets}/gitconfig:/root/.gitconfig`,
        ...SECRET_PLACES.map((place) => `${secrets}/secret:${place}`),
      ],
    },
  };
}

/**
 * What `--privileged` means, of what this machine's own root has: in a virtual machine that withholds a capability even from
 * root, an engine cannot start a privileged container.
 */
function privileges(): HostConfig {
  const held = BigInt(`0x${/^CapBnd:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  return {
    CapAdd: CAPABILITIES.filter((_, bit) => (held >> BigInt(bit)) & 1n),
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
    MaskedPaths: [],
    ReadonlyPaths: [],
    DeviceCgroupRules: ['a *:* rwm'],
  };
}

/** What `docker run` makes when nothing is said, as the guest's user. */
function ordinaryContainer({ image }: ControlsInput, { network }: Sibling): ContainerCreateOptions {
  return {
    Image: image,
    User: `${GUEST_USER_ID}:${GUEST_USER_ID}`,
    Entrypoint: FOREVER,
    Cmd: [],
    HostConfig: { NetworkMode: network, Dns: [METADATA_ADDRESS], ExtraHosts: TOLD_NAMES },
  };
}

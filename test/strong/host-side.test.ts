import { existsSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { release } from 'node:os';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guest } from '#core/ports/provisioner.ts';
import { OOM_SCORE, OWN_IMAGE } from '../../sandbox/limits.ts';
import { containerSpec } from '../../sandbox/docker/spec.ts';
import { expectedContainer } from '../../sandbox/verify/expected.ts';
import { faultsOf } from '../../sandbox/verify/faults.ts';
import { readReport, REPORT_COMMAND } from '../../sandbox/verify/report.ts';
import { ALL_CHECKS } from '../containment/all-checks.ts';
import { CAPABILITIES } from '../containment/capabilities.ts';
import type { Answer } from '../containment/check.ts';
import { startContainer } from '../containment/containers.ts';
import { GUEST_LIMITS } from '../containment/limit-checks.ts';
import { runProbes } from '../containment/run-probes.ts';
import { createUndo } from '../containment/undo.ts';
import { openWorld, runInGuest } from '../containment/world.ts';
import type { World } from '../containment/world.ts';
import { ANSWERED_BY_GVISOR } from './answered-by-gvisor.ts';

const EXPLAINED = new Set(ANSWERED_BY_GVISOR.flatMap(({ ids }) => ids));
/** Root may ping itself, in gVisor as on Linux. */
const OWN_LOOPBACK = 'host.127.0.0.1.icmp';
/** What root of a namespace might get further with: files, secrets, addresses. */
const AS_ROOT = ALL_CHECKS.filter(
  ({ id, category }) =>
    ['mounts and kernel files', 'secrets', 'network'].includes(category) && !EXPLAINED.has(id) && id !== OWN_LOOPBACK,
);
/** Becomes root, and tries at once to make the system writable. */
const BECOME_ROOT = ['unshare', '--user', '--map-root-user', 'sh', '-c', 'mount -o remount,rw /; exec "$@"', 'sh'];
/** Kind, major and minor numbers (devices.txt of the kernel), each opened after it was made. */
const HOST_DEVICES = {
  memory: 'c 1 1',
  port: 'c 1 4',
  log: 'c 1 11',
  disk: 'b 8 0',
  'virtual disk': 'b 254 0',
  loop: 'b 7 0',
};
/** What runsc keeps of the engine's root: to serve files of any owner, and to trace the processes inside. */
const SANDBOX_POWERS = ['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'SYS_PTRACE'];
const CPU_PERIODS = 100_000;

describe('what the host sees of a workspace with gVisor', () => {
  const undo = createUndo();
  const docker = new Docker();
  let world: World;
  let guest: Guest;
  beforeAll(async () => {
    world = await openWorld(undo, 'strong');
    guest = await world.makeGuest();
  });
  afterAll(() => undo[Symbol.asyncDispose]());

  const sandboxPid = async (): Promise<number> => (await docker.getContainer(guest.id).inspect()).State.Pid;

  test("gVisor's kernel answers inside, where an unconfined container hears the host's", async () => {
    const ask = ['uname', '--kernel-release'];
    expect((await world.run.ordinary(ask, '')).trim()).toBe(release());
    expect((await runInGuest(guest)(ask, '')).trim()).not.toBe(release());
  });

  test("the sandbox's own process is filtered, has no power over the machine and a network of its own", async () => {
    const sandbox = await sandboxPid();
    const statusOf = async (pid: number | string, name: string): Promise<string> =>
      field(await processFile(pid, 'status'), name);
    expect([await statusOf('self', 'Seccomp'), await statusOf(sandbox, 'Seccomp')]).toEqual(['0', '2']);
    const powers = async (pid: number | string): Promise<string[]> => capabilities(await statusOf(pid, 'CapEff'));
    expect(await powers('self')).toContain('NET_ADMIN');
    expect((await powers(sandbox)).filter((power) => !SANDBOX_POWERS.includes(power))).toEqual([]);
    for (const kind of ['net', 'mnt', 'ipc', 'uts'])
      expect(await readlink(`/proc/${sandbox}/ns/${kind}`), kind).not.toBe(await readlink(`/proc/self/ns/${kind}`));
  });

  test('the host bounds the whole sandbox: processes, memory, processors, and first to go when memory is short', async () => {
    const pid = await sandboxPid();
    const { pidsMax, memoryBytes, cpus } = GUEST_LIMITS;
    expect(Number(await groupFile(pid, 'pids', 'pids.max'))).toBe(pidsMax);
    expect(await memoryOf(pid)).toBe(memoryBytes);
    expect(await processorsOf(pid)).toBeCloseTo(cpus);
    expect(Number(await processFile(pid, 'oom_score_adj'))).toBe(OOM_SCORE);
    expect(Number(await processFile('self', 'oom_score_adj'))).toBeLessThan(OOM_SCORE);
  });

  test('a device that is made inside is one of gVisor: no disk, no memory, no log of the host', async () => {
    const script = `mknod "$1" $2 && dd if="$1" of=/dev/null bs=8192 count=1 2>/dev/null && echo read; rm -f "$1"`;
    const readAs = (device: string): string[] => ['sh', '-c', script, 'sh', '/tmp/device', device];
    expect(await world.run.loose(readAs(HOST_DEVICES.log), '')).toBe('read\n');
    for (const [name, device] of Object.entries(HOST_DEVICES))
      expect(await runInGuest(guest)(readAs(device), ''), name).toBe('');
  });

  test('a container of the ordinary runtime in its place is found out before anything runs in it', async () => {
    const limits = { ...GUEST_LIMITS, image: OWN_IMAGE, instance: 'strong', profile: 'strong' } as const;
    const plan = {
      name: `strong-${process.pid}`,
      labels: {},
      imageId: OWN_IMAGE,
      socketDirectory: world.socketDirectory,
    };
    const { HostConfig: host = {}, ...spec } = containerSpec(plan, limits);
    const asleep = { Entrypoint: ['sleep', '600'], Cmd: [], OpenStdin: false, StdinOnce: false, AttachStdin: false };
    const faultsUnder = async (runtime: string): Promise<string[]> => {
      const options = {
        ...spec,
        ...asleep,
        name: `${plan.name}-${runtime}`,
        HostConfig: { ...host, Runtime: runtime },
      };
      const container = await startContainer(options, undo);
      return faultsOf(readReport(await container.run(REPORT_COMMAND, '')), expectedContainer(limits));
    };
    expect(await faultsUnder('runsc')).toEqual([]);
    expect(await faultsUnder('runc')).toContain('/ is not served by gVisor');
  });

  describe('who becomes root in a namespace of gVisor', () => {
    let name = '';
    let answers: ReadonlyMap<string, Answer>;
    beforeAll(async () => {
      const run = runInGuest(await world.makeGuest());
      name = await run([...BECOME_ROOT, 'id', '--user', '--name'], '');
      answers = await runProbes((argv, stdin) => run([...BECOME_ROOT, ...argv], stdin), AS_ROOT, world.facts);
    });
    test('really is root there', () => expect(name).toBe('root\n'));
    test.each(AS_ROOT.map(({ id }) => id))(
      'who becomes root in a namespace of gVisor reaches no more than before: %s',
      (id) => {
        expect(answers.get(id)).toMatchObject({ reached: false });
      },
    );
  });
});

function capabilities(hexadecimal: string): string[] {
  const held = BigInt(`0x${hexadecimal}`);
  return CAPABILITIES.filter((_, bit) => (held >> BigInt(bit)) & 1n);
}

async function processFile(pid: number | string, name: string): Promise<string> {
  return readFile(`/proc/${pid}/${name}`, 'utf8');
}

function field(text: string, name: string): string {
  return new RegExp(`^${name}:\\s*(\\w+)$`, 'm').exec(text)?.[1] ?? '';
}

/** A file of a process's control group, by the controller's name in version 1; in version 2 there is one group for all. */
async function groupFile(pid: number, controller: string, ...names: readonly string[]): Promise<string> {
  const lines = (await processFile(pid, 'cgroup'))
    .trim()
    .split('\n')
    .map((line) => line.split(':'));
  const [, mounted = '', path = ''] =
    lines.find(([, found = '']) => found.split(',').includes(controller)) ?? lines[0] ?? [];
  const files = names.map((name) => `/sys/fs/cgroup/${mounted}${path}/${name}`);
  return readFile(files.find((file) => existsSync(file)) ?? files.join(' or '), 'utf8');
}

async function memoryOf(pid: number): Promise<number> {
  return Number(await groupFile(pid, 'memory', 'memory.limit_in_bytes', 'memory.max'));
}

async function processorsOf(pid: number): Promise<number> {
  const quota = Number((await groupFile(pid, 'cpu', 'cpu.cfs_quota_us', 'cpu.max')).split(' ')[0]);
  return quota / CPU_PERIODS;
}

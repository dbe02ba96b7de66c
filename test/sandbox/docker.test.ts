import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Guest } from '#core/ports/provisioner.ts';
import { textOf } from './guest-scene.ts';
import type { ProvisionerSubject } from './guest-scene.ts';
import { GUEST_ENV } from '../../sandbox/guest-layout.ts';
import { seccompOption } from '../../sandbox/seccomp.ts';
import { eventually } from '../contract/eventually.ts';
import { describeWith } from '../services/describe-with.ts';
import { openDocker } from './open-subject.ts';

const OPEN_TIMEOUT_MS = 900_000;
const LIMITS = { timeoutMs: 20_000, outputBytesMax: 1_000_000 };
const MEBIBYTE = 1024 * 1024;

describeWith(['docker', 'codex'], 'a container of ours', () => {
  const docker = new Docker();
  const instance = `test-${randomUUID()}`;
  let subject: ProvisionerSubject;
  beforeAll(async () => {
    subject = await openDocker(instance);
    await subject.provisioner.ready();
  }, OPEN_TIMEOUT_MS);
  afterAll(() => subject[Symbol.asyncDispose]());

  async function makeGuest(runId = 'run_1'): Promise<Guest> {
    const { doors } = await subject.openDoors();
    const guest = await subject.provisioner.create({ labels: { runId, epoch: 7 }, doors });
    onTestFinished(() => guest.destroy());
    return guest;
  }

  async function sh(guest: Guest, script: string): Promise<string> {
    return textOf((await guest.exec({ argv: ['sh', '-c', script], ...LIMITS })).stdout).trim();
  }

  test('the engine took every flag, and shows no secret, prompt or address', async () => {
    const guest = await makeGuest('run_1');
    const found = await docker.getContainer(guest.id).inspect();
    expect(found.HostConfig).toMatchObject({
      NetworkMode: 'none',
      Privileged: false,
      CapAdd: null,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true', seccompOption()],
      ReadonlyRootfs: true,
      PidsLimit: 256,
      Memory: 512 * MEBIBYTE,
      MemorySwap: 512 * MEBIBYTE,
      IpcMode: 'private',
      PidMode: '',
      UTSMode: '',
      UsernsMode: '',
      Binds: null,
      OomScoreAdj: 500,
      LogConfig: { Type: 'none', Config: {} },
    });
    expect(found.HostConfig.Devices ?? []).toEqual([]);
    expect(found.Image).toBe(found.Config.Image);
    expect(found.Config.User).toBe('10001:10001');
    expect(found.Mounts.map(({ Destination: at, RW: writable }) => [at, writable])).toEqual([
      ['/run/astraforge', false],
    ]);
    expect(found.Config.Env.map((line) => line.split('=')[0])).toEqual(Object.keys(GUEST_ENV));
    const ofImage = new Set(['astraforge.recipe', 'astraforge.workspace']);
    expect(Object.keys(found.Config.Labels).filter((label) => !ofImage.has(label))).toEqual([
      'astraforge.epoch',
      'astraforge.instance',
      'astraforge.managed',
      'astraforge.run',
    ]);
  });

  test('what was asked for is what holds inside', async () => {
    const guest = await makeGuest();
    expect(await sh(guest, "grep -E '^Seccomp:' /proc/self/status | cut -f2")).toBe('2');
    expect(await sh(guest, 'ls /sys/class/net')).toBe('lo');
    expect(
      await sh(
        guest,
        "grep -c ' / ro[, ]' /proc/self/mounts || awk '$2 == \"/\" { print $4 }' /proc/self/mounts | cut -d, -f1",
      ),
    ).toMatch(/^(1|0\nro)$/);
    expect(await sh(guest, 'head -c 100000000 /dev/zero >/workspace/fill 2>&1; stat -c %s /workspace/fill')).toContain(
      String(64 * MEBIBYTE),
    );
  });

  test('a fork bomb ends with its command, and the engine and other guests live on', async () => {
    const [bombed, other] = [await makeGuest(), await makeGuest()];
    const exit = await bombed.exec({
      argv: ['bash', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 60'],
      ...LIMITS,
      timeoutMs: 1_500,
    });
    expect(exit.end).toBe('timeout');
    expect(await sh(other, 'echo fine')).toBe('fine');
    const after = await bombed.exec({ argv: ['sh', '-c', 'ls -d /proc/[0-9]* | wc -l'], ...LIMITS }).then(
      ({ stdout }) => Number(textOf(stdout)),
      (thrown: unknown) => (thrown instanceof Error && 'code' in thrown ? thrown.code : thrown),
    );
    expect(after === 'missing' || (typeof after === 'number' && after < 20), String(after)).toBe(true);
  });

  test('a command whose container is killed by somebody else is a missing guest, not a result', async () => {
    const guest = await makeGuest();
    let up = false;
    const running = guest.exec({
      argv: ['sh', '-c', 'echo up; sleep 60'],
      ...LIMITS,
      onStdout: () => void (up = true),
    });
    const killed = eventually(async () => up).then(() => docker.getContainer(guest.id).kill());
    await expect(running).rejects.toMatchObject({ code: 'missing' });
    await killed;
  });

  test('a command that is killed inside is a result', async () => {
    const guest = await makeGuest();
    expect(await guest.exec({ argv: ['sh', '-c', 'kill -9 $$'], ...LIMITS })).toMatchObject({
      end: 'exited',
      exitCode: 137,
    });
  });

  test('destroying from two sides at once succeeds on both', async () => {
    const guest = await makeGuest();
    await Promise.all([guest.destroy(), guest.destroy(), subject.provisioner.reap(async () => false)]);
    expect(await subject.hasTraces(guest)).toBe(false);
  });
});

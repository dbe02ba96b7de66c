import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../contract/eventually.ts';
import { describeWith } from '../services/describe-with.ts';
import { unprivilegedUser } from '../services/unprivileged-user.ts';
import { localProvisioner } from './open-subject.ts';

const LIMITS = { timeoutMs: 20_000, outputBytesMax: 1_000_000 };
const MEBIBYTE = 1024 * 1024;
const GUEST_PROGRAM = fileURLToPath(new URL('run-local-guest.ts', import.meta.url));

describeWith(['confinement', 'codex'], 'a local guest', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'lo-'));
    await chmod(root, 0o755);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test('an ordinary user gets the same room as root', async () => {
    const home = join(root, 'ordinary');
    await mkdir(home);
    const user = unprivilegedUser();
    if (user !== undefined) await chown(home, user.uid, user.gid);
    const script =
      'id -u; id -g; (unshare -U true 2>/dev/null && echo nested) || echo flat; ls /root 2>/dev/null; touch /planted /etc/planted /run/planted 2>/dev/null; ls -d /planted /etc/planted /run/planted 2>/dev/null; codex --version';
    const child = spawn(process.execPath, ['--import', 'tsx', GUEST_PROGRAM, home, script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...user,
    });
    const [said] = await Promise.all([child.stdout.setEncoding('utf8').toArray(), once(child, 'close')]);
    expect(said.join('').split('\n').slice(0, 4)).toEqual([
      '10001',
      '10001',
      'flat',
      expect.stringContaining('codex-cli '),
    ]);
  });

  test('commands die with the process that owns the guest, and the next one removes what it left', async () => {
    const home = join(root, 'abandoned');
    await mkdir(home);
    const script = 'while :; do echo beat >>/workspace/beat; sleep 0.02; done';
    const child = spawn(process.execPath, ['--import', 'tsx', GUEST_PROGRAM, home, script], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const guests = join(home, 'guests');
    const beat = async (): Promise<string> => {
      const [name] = (await readdir(guests).catch(() => [])).filter((entry) => entry.startsWith('guest-'));
      return name === undefined ? '' : readFile(join(guests, name, 'workspace', 'beat'), 'utf8').catch(() => '');
    };
    await eventually(async () => (await beat()) !== '');
    const survivor = localProvisioner(home);
    expect(await survivor.reap(async () => false), 'its owner lives').toBe(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await eventually(async () => {
      const before = await beat();
      await wait(200);
      return before !== '' && (await beat()) === before;
    });
    expect(await survivor.reap(async () => true), 'its run lives').toBe(0);
    expect(await localProvisioner(home, 'another').reap(async () => false), 'it is not theirs').toBe(0);
    await mkdir(join(guests, 'guest-foreign'));
    expect(await survivor.reap(async () => false)).toBe(1);
    expect(await readdir(guests)).toEqual(['guest-foreign']);
  });

  test('a directory that others can enter, or that is a link, is not used', async () => {
    const open = join(root, 'open');
    await mkdir(join(open, 'guests'), { recursive: true });
    await chmod(join(open, 'guests'), 0o755);
    await expect(localProvisioner(open).ready()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('where bubblewrap may not make namespaces nothing runs, and it is said what to do', async () => {
    const home = join(root, 'refused');
    await mkdir(home);
    const forbid = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"';
    const apart = `exec unshare --user --map-root-user sh -c '${forbid}' sh "$@"`;
    const program = [process.execPath, '--import', 'tsx', GUEST_PROGRAM, home, 'echo it ran >&2'];
    const child = spawn('sh', ['-c', apart, 'sh', ...program]);
    const [said, [code]] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'close')]);
    expect(code).not.toBe(0);
    expect(said.join('')).toContain('bubblewrap cannot make namespaces here');
    expect(said.join('')).not.toContain('it ran');
  });

  test('a file cannot outgrow its limit, a fork bomb its command, and an argument its place', async () => {
    const provisioner = localProvisioner(join(root, 'bounds'));
    const guest = await provisioner.create({
      labels: { runId: 'r', epoch: 1 },
      doors: { kind: 'sockets', directory: root },
    });
    onTestFinished(() => guest.destroy());
    const large = await guest.exec({
      argv: ['sh', '-c', 'head -c 100000000 /dev/zero >/workspace/f; stat -c %s /workspace/f'],
      ...LIMITS,
    });
    expect(Buffer.from(large.stdout).toString().trim()).toBe(String(64 * MEBIBYTE));
    const bomb = await guest.exec({
      argv: ['bash', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 60'],
      ...LIMITS,
      timeoutMs: 1_000,
    });
    expect(bomb.end).toBe('timeout');
    const smuggled = guest.exec({ argv: ['env'], env: { A: 'x\0--bind\0/\0/mnt' }, ...LIMITS });
    await expect(smuggled).rejects.toMatchObject({ code: 'invalid' });
    expect((await guest.exec({ argv: ['true'], ...LIMITS })).exitCode).toBe(0);
  });
});

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { GuestLabels } from '#core/ports/provisioner.ts';
import { eventually } from '../contract/eventually.ts';
import type { GuestScene } from './guest-scene.ts';

/** The end of guests. */
export function lifecycleCases(scene: () => GuestScene): void {
  test('a destroyed guest is gone with all it held, may be destroyed again, and runs nothing more', async () => {
    const { guest, subject, run } = scene();
    await run(['sh', '-c', 'mkdir -p /workspace/a/b; echo x >/workspace/a/b/c; chmod 0 /workspace/a/b /workspace/a']);
    expect(await subject.hasTraces(guest)).toBe(true);
    await guest.destroy();
    await guest.destroy();
    expect(await subject.hasTraces(guest)).toBe(false);
    await expect(run(['true'])).rejects.toMatchObject({ code: 'missing' });
    await expect(guest.download('/etc/passwd', 1_000)).rejects.toMatchObject({ code: 'missing' });
  });

  test('destroying a guest ends the command that runs in it', async () => {
    const { guest, run } = scene();
    let output = '';
    const running = run(['sh', '-c', 'echo up; sleep 60'], { onStdout: (chunk) => (output += String(chunk.length)) });
    const settled = running.then(
      (exit) => exit.end,
      (thrown: unknown) => (typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : thrown),
    );
    await eventually(async () => output !== '');
    await guest.destroy();
    expect(await settled).toBeOneOf(['aborted', 'missing']);
  });

  test('reaping removes the guests of dead runs and no others', async () => {
    const { guest, subject, run, doors } = scene();
    const labels: GuestLabels = { runId: `run_${randomUUID()}`, epoch: 3 };
    const dead = await subject.provisioner.create({ labels, doors });
    const asked: GuestLabels[] = [];
    const reaped = await subject.provisioner.reap(async (found) => {
      asked.push(found);
      return found.runId !== labels.runId;
    });
    expect(reaped).toBe(1);
    expect(asked).toContainEqual(labels);
    expect([await subject.hasTraces(dead), await subject.hasTraces(guest)]).toEqual([false, true]);
    expect((await run(['true'])).exitCode).toBe(0);
  });

  test('reaping that cannot learn which runs live removes nothing', async () => {
    const { subject, run } = scene();
    const reaping = subject.provisioner.reap(() => Promise.reject(new Error('database is away')));
    await expect(reaping).rejects.toThrow('database is away');
    expect((await run(['true'])).exitCode).toBe(0);
  });

  test('a guest that cannot be made leaves nothing behind', async () => {
    const { subject } = scene();
    const doors = { kind: 'sockets', directory: '/no/such/directory' } as const;
    const spec = { labels: { runId: 'run_x', epoch: 1 }, doors };
    await expect(subject.provisioner.create(spec)).rejects.toMatchObject({
      code: expect.stringMatching(/invalid|missing|denied/),
    });
  });
}

import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { GuestScene } from './guest-scene.ts';
import { textOf } from './guest-scene.ts';
import { eventually } from '../contract/eventually.ts';

/** Time in which a living heartbeat would have beaten many times. */
const SILENCE_MS = 400;
/** A child that leaves its parent, session and environment behind and beats until somebody kills it. */
const DETACHED_HEART = `setsid -f env -i PATH=/usr/bin:/bin sh -c 'while :; do echo beat >>/workspace/beat; sleep 0.02; done' >/dev/null 2>&1 </dev/null
until [ -s /workspace/beat ]; do sleep 0.02; done`;

/** Commands: what goes in, what comes out, and how they are ended. */
export function execCases(scene: () => GuestScene): void {
  test('stdout, stderr and exit code arrive apart, and no shell reads the arguments', async () => {
    const exit = await scene().run(['sh', '-c', 'printf %s "$1"; printf err >&2; exit 7', 'x', '$(id) * "q"']);
    expect(exit).toMatchObject({ end: 'exited', exitCode: 7 });
    expect([textOf(exit.stdout), textOf(exit.stderr)]).toEqual(['$(id) * "q"', 'err']);
  });

  test('a program that does not exist is exit code 127 with a complaint on stderr, one that cannot run is 126', async () => {
    const [absent, data] = [await scene().run(['no-such-program']), await scene().run(['/etc/passwd'])];
    expect([absent.exitCode, data.exitCode]).toEqual([127, 126]);
    expect(textOf(absent.stderr)).toMatch(/no-such-program.*(not found|No such file)/);
    expect([absent.stdout.length, data.stdout.length, data.stderr.length > 0]).toEqual([0, 0, true]);
  });

  test('working directory and extra variables are taken', async () => {
    const options = { cwd: '/tmp', env: { ASKED_FOR: 'a b' } };
    expect(await scene().sh('pwd; printf %s "$ASKED_FOR"', options)).toBe('/tmp\na b');
    expect((await scene().run(['true'], { cwd: '/no/such/place' })).exitCode).toBe(126);
  });

  test('a timeout kills the command and what it detached', async () => {
    const started = performance.now();
    const exit = await scene().run(['sh', '-c', `${DETACHED_HEART}; sleep 60`], { timeoutMs: 1_500 });
    expect([exit.end, exit.exitCode]).toEqual(['timeout', null]);
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(await fallsSilent(scene())).toBe(true);
  });

  test('an abort kills the command and what it detached', async () => {
    const abort = new AbortController();
    const onStdout = (): void => abort.abort();
    const script = `${DETACHED_HEART}; echo beating; sleep 60`;
    const exit = await scene().run(['sh', '-c', script], { signal: abort.signal, onStdout });
    expect([exit.end, exit.exitCode]).toEqual(['aborted', null]);
    expect(await fallsSilent(scene())).toBe(true);
  });

  test('a command that was aborted before it began never begins', async () => {
    const exit = await scene().run(['touch', '/workspace/began'], { signal: AbortSignal.abort() });
    expect(exit).toMatchObject({ end: 'aborted', exitCode: null });
    expect(await scene().sh('ls /workspace')).toBe('');
  });

  test('a command that ends leaves no process behind', async () => {
    await scene().sh(DETACHED_HEART);
    expect(await fallsSilent(scene())).toBe(true);
  });

  test('output beyond the limit ends the command, and what came before is kept', async () => {
    const exit = await scene().run(['yes'], { outputBytesMax: 100_000 });
    expect([exit.end, exit.exitCode, exit.stdout.length]).toEqual(['output-limit', null, 100_000]);
  });

  test('a stdin that fails ends the command and is what the caller hears', async () => {
    let beats = false;
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('some');
      await eventually(async () => beats);
      throw new Error('source broke');
    }
    const onStdout = (): void => void (beats = true);
    await expect(
      scene().run(['sh', '-c', `${DETACHED_HEART}; echo beating; cat >/dev/null; sleep 60`], {
        stdin: breaking(),
        onStdout,
      }),
    ).rejects.toThrow('source broke');
    expect(await fallsSilent(scene())).toBe(true);
  });

  test('ending one command, whatever it detached, leaves another and what that detached alone', async () => {
    const abort = new AbortController();
    const other = scene().run([
      'sh',
      '-c',
      "setsid -f sh -c 'sleep 1; echo kept >/workspace/kept'; until [ -e /workspace/kept ]; do sleep 0.05; done; echo done",
    ]);
    const onStdout = (): void => abort.abort();
    const script = `${DETACHED_HEART}; echo beating; sleep 60`;
    expect((await scene().run(['sh', '-c', script], { signal: abort.signal, onStdout })).end).toBe('aborted');
    expect(textOf((await other).stdout)).toBe('done\n');
    expect(await fallsSilent(scene())).toBe(true);
  });
}

/** Whether the heart, which did beat (the script waited for that), stops within the time that `eventually` gives. */
async function fallsSilent(scene: GuestScene): Promise<boolean> {
  const beat = 'cat /workspace/beat';
  return eventually(async () => {
    const first = await scene.sh(beat);
    await wait(SILENCE_MS);
    return first !== '' && (await scene.sh(beat)) === first;
  });
}

import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeWith } from '../../services/describe-with.ts';
import { textOf, openScene } from '../guest-scene.ts';
import type { GuestScene } from '../guest-scene.ts';
import { openDocker } from '../open-subject.ts';
import type { DockerSubject } from '../open-subject.ts';
import { eventually } from '../../contract/eventually.ts';

const OPEN_TIMEOUT_MS = 900_000;
const BOMB = 'bomb() { bomb | bomb & }; bomb; sleep 60';
const DAEMON = "daemon=$(pgrep -f '^/usr/local/bin/node /opt/astraforge/daemon.mjs')";

describeWith(['docker', 'codex'], 'the daemon of a container', () => {
  const docker = new Docker();
  let subject: DockerSubject;
  beforeAll(async () => {
    subject = await openDocker(`test-${randomUUID()}`);
    await subject.provisioner.ready();
  }, OPEN_TIMEOUT_MS);
  afterAll(() => subject[Symbol.asyncDispose]());

  async function makeScene(): Promise<GuestScene> {
    const scene = await openScene(subject);
    onTestFinished(() => scene[Symbol.asyncDispose]());
    return scene;
  }

  test('is killed by a command: that command and all others end as missing, and nothing is left', async () => {
    const { run, guest } = await makeScene();
    const other = run(['sleep', '60']);
    const started = performance.now();
    const killer = run(['sh', '-c', `${DAEMON}; kill -9 $daemon; sleep 60`]);
    for (const ended of [other, killer]) await expect(ended).rejects.toMatchObject({ code: 'missing' });
    expect(performance.now() - started).toBeLessThan(5_000);
    await expect(run(['true'])).rejects.toMatchObject({ code: 'missing' });
    await guest.destroy();
    expect(await subject.hasTraces(guest)).toBe(false);
  });

  test('is stopped by a command: an abort still ends it all within 10 s', async () => {
    const { run, guest } = await makeScene();
    const abort = new AbortController();
    const stopper = run(['sh', '-c', `${DAEMON}; kill -STOP $daemon; sleep 60`], { signal: abort.signal });
    await eventually(async () => (await processState(guest.id)) === 'T');
    const started = performance.now();
    abort.abort();
    expect((await stopper).end).toBe('aborted');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await subject.hasTraces(guest)).toBe(false);
  });

  test('is written into by a command: garbage ends that guest and no other', async () => {
    const [scene, neighbour] = [await makeScene(), await makeScene()];
    const forged = scene.run(['sh', '-c', `${DAEMON}; yes forged >/proc/$daemon/fd/1; sleep 60`]);
    await expect(forged).rejects.toMatchObject({ code: 'missing' });
    expect(await subject.hasTraces(scene.guest)).toBe(false);
    expect(await neighbour.sh('echo fine')).toBe('fine');
  });

  test('ends a fork bomb and leaves the command beside it alone', async () => {
    const { run, sh } = await makeScene();
    let isUp = false;
    const onStdout = (): void => void (isUp = true);
    const other = run(['sh', '-c', 'echo up; exec sleep 4'], { onStdout });
    await eventually(async () => isUp);
    const started = performance.now();
    expect((await run(['bash', '-c', BOMB], { timeoutMs: 1_000 })).end).toBe('timeout');
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(await other).toMatchObject({ end: 'exited', exitCode: 0 });
    expect(Number(await sh('ls -d /proc/[0-9]* | wc -l'))).toBeLessThan(8);
  });

  test('ends what hides from it: a group of its own, a first thread that has ended, a killed subreaper', async () => {
    const { run, sh } = await makeScene();
    const threads = `import os, threading, time, ctypes
def beat():
    while True:
        open('/workspace/beat', 'a').write('x'); time.sleep(0.01)
if os.fork() == 0:
    os.setsid()
    threading.Thread(target=beat).start()
    ctypes.CDLL(None).pthread_exit(None)
while not os.path.exists('/workspace/beat'): time.sleep(0.01)
os.kill(os.getppid(), 9)
time.sleep(60)`;
    const exit = await run(['python3', '-c', threads]);
    expect([exit.end, exit.exitCode]).toEqual(['exited', 137]);
    const first = await sh('stat -c %s /workspace/beat; sleep 0.3');
    expect(Number(first)).toBeGreaterThan(0);
    expect(await sh('stat -c %s /workspace/beat')).toBe(first);
  });

  test('refuses a command that the kernel finds too long, and goes on with all others', async () => {
    const { run, sh } = await makeScene();
    const other = run(['sleep', '1']);
    const many = Array.from({ length: 3_000 }, () => 'x'.repeat(1_000));
    for (const argv of [
      ['echo', ...many],
      ['echo', 'x'.repeat(1_000_000)],
    ]) {
      const exit = await run(argv);
      expect([exit.end, exit.exitCode, textOf(exit.stderr)]).toEqual(['exited', 126, 'echo: E2BIG\n']);
    }
    expect(await other).toMatchObject({ end: 'exited', exitCode: 0 });
    expect(await sh('echo fine')).toBe('fine');
  });

  test('gives commands neither its descriptors nor anything to read its memory with', async () => {
    const { run, sh } = await makeScene();
    expect(await sh('ls /proc/$$/fd')).toBe('0\n1\n2');
    const memory = await run(['sh', '-c', `${DAEMON}; head -c 1 /proc/$daemon/mem`]);
    expect(textOf(memory.stdout)).toBe('');
  });

  /** State of the daemon as the host sees it. */
  async function processState(id: string): Promise<string | undefined> {
    const { Processes: rows, Titles: titles } = await docker.getContainer(id).top({ ps_args: 'axo pid,stat,args' });
    const [state, command] = ['STAT', 'COMMAND'].map((title) => titles.indexOf(title));
    const row = rows.find((cells: string[]) => cells[command ?? 1]?.startsWith('/usr/local/bin/node'));
    return row?.[state ?? 0]?.[0];
  }
});

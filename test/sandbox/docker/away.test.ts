import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { managedFilter } from '../../../sandbox/docker/owner.ts';
import { eventually } from '../../contract/eventually.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openScene } from '../guest-scene.ts';
import { openDocker } from '../open-subject.ts';
import type { DockerSubject } from '../open-subject.ts';

const OPEN_TIMEOUT_MS = 900_000;
const ENGINE = '/var/run/docker.sock';
const ENDS_WITHIN_MS = 5_000;

/** A way to the engine that can be cut, which to those behind it is an engine that is gone. */
interface Way {
  cut(): Promise<void>;
  mend(): Promise<void>;
}

function openWay(path: string): Way {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: ENGINE, allowHalfOpen: true });
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  return {
    cut: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: async () => void (await once(server.listen(path), 'listening')),
  };
}

describeWith(['docker', 'codex'], 'an engine that goes away and comes back', () => {
  const instance = `test-${randomUUID()}`;
  const engine = new Docker({ socketPath: ENGINE });
  let subject: DockerSubject;
  let way: Way;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ew-'));
    const path = join(directory, 'engine.sock');
    way = openWay(path);
    await way.mend();
    vi.stubEnv('DOCKER_HOST', `unix://${path}`);
    subject = await openDocker(instance, { poolSize: 1 });
    vi.unstubAllEnvs();
    await subject.provisioner.ready();
  }, OPEN_TIMEOUT_MS);
  afterAll(async () => {
    await subject[Symbol.asyncDispose]();
    await way.cut();
    await rm(directory, { recursive: true });
  });
  const running = async (): Promise<string[]> =>
    (await engine.listContainers({ filters: managedFilter(instance) })).map(({ Id: id }) => id);

  test('ends every command at once, leaves no guest of before alive, and then works as before', async () => {
    const { guest, run, sh } = await openScene(subject);
    await eventually(async () => (await running()).length === 2);
    let isUp = false;
    const command = run(['sh', '-c', 'echo up; sleep 60'], { onStdout: () => void (isUp = true) });
    const ended = command.catch((thrown: unknown) => thrown);
    await eventually(async () => isUp);
    const started = performance.now();
    await way.cut();
    expect(await ended).toMatchObject({ code: expect.stringMatching(/^(unavailable|missing)$/) });
    expect(performance.now() - started).toBeLessThan(ENDS_WITHIN_MS);
    await expect(sh('true')).rejects.toMatchObject({ code: expect.stringMatching(/^(unavailable|missing)$/) });
    await expect(openScene(subject)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(subject.provisioner.reap(async () => false)).rejects.toMatchObject({ code: 'unavailable' });
    await eventually(async () => (await running()).length === 0);
    await way.mend();
    const before = guest.id;
    const next = await eventually(() => openScene(subject).catch(() => undefined));
    onTestFinished(() => next[Symbol.asyncDispose]());
    expect(next.guest.id).not.toBe(before);
    expect(await next.sh('echo works')).toBe('works');
    await guest.destroy();
    expect(await subject.hasTraces(guest)).toBe(false);
  });
});

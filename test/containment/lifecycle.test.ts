import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Guest } from '#core/ports/provisioner.ts';
import { startContainer } from './containers.ts';
import { createUndo } from './undo.ts';
import { openWorld, runInGuest } from './world.ts';
import type { World } from './world.ts';
import { OWN_IMAGE } from '../../sandbox/limits.ts';
import { eventually } from '../contract/eventually.ts';

const LIMITS = { timeoutMs: 30_000, outputBytesMax: 1_000_000 };
const MEBIBYTE = 1024 * 1024;
const FLOOD_BYTES = 20 * MEBIBYTE;
/** What is left of a flood in bytes, the container's own files included. */
const KEPT_BYTES_MAX = 2 * MEBIBYTE;
/** A control needs no network for this. */
const APART = { NetworkMode: 'none' };
/** Beats for ever, away from its parent, session and environment; `$0` is its mark. */
const HEART = ['setsid', '-f', 'sh', '-c', 'while :; do sleep 0.05; done'];

describe('what a workspace leaves behind', () => {
  const undo = createUndo();
  const docker = new Docker();
  let world: World;
  beforeAll(async () => {
    world = await openWorld(undo);
  });
  afterAll(() => undo[Symbol.asyncDispose]());

  /** Whether a process with that mark runs anywhere on this machine, as its own root sees it. */
  async function beats(mark: string): Promise<boolean> {
    // Processes that end meanwhile make grep complain; only what it found counts.
    const look = [
      'sh',
      '-c',
      'grep -las "$1" /proc/[0-9]*/cmdline; echo looked',
      'beats',
      mark.replace(/^(.)/, '[$1]'),
    ];
    const found = await world.run.loose(look, '');
    expect(found).toContain('looked');
    return found.includes('/proc/');
  }

  test('a process that left its command dies with it; under the engine’s own exec it lives on', async () => {
    const [inside, outside] = [`heart-${randomUUID()}`, `heart-${randomUUID()}`];
    const guest = await world.makeGuest();
    const abort = new AbortController();
    const running = guest.exec({
      argv: ['sh', '-c', `"$@"; echo up; sleep 60`, 'sh', ...HEART, inside],
      ...LIMITS,
      signal: abort.signal,
      onStdout: () => abort.abort(),
    });
    expect((await running).end).toBe('aborted');
    const control = await startContainer({ Image: OWN_IMAGE, Entrypoint: ['sleep', '600'], HostConfig: APART }, undo);
    await control.run([...HEART, outside], '');
    expect(await beats(outside), 'the control must live on').toBe(true);
    await eventually(async () => !(await beats(inside)));
  });

  test('a workspace that is destroyed takes everything with it, a hidden process and a fork bomb too', async () => {
    const mark = `heart-${randomUUID()}`;
    const guest = await world.makeGuest();
    const command = guest.exec({
      argv: ['sh', '-c', '"$@"; bomb() { bomb | bomb & }; bomb; sleep 60', 'sh', ...HEART, mark],
      ...LIMITS,
    });
    command.catch(() => undefined);
    await eventually(() => beats(mark));
    const began = performance.now();
    await guest.destroy();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await beats(mark)).toBe(false);
    await expect(docker.getContainer(guest.id).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test('a flood of log lines is not kept; of an unconfined container it is, byte for byte', async () => {
    const script = `yes "$(printf %01023d 0)" | head -c ${FLOOD_BYTES} >/proc/1/fd/2`;
    const control = await startContainer(
      { Image: OWN_IMAGE, User: '0:0', Entrypoint: ['sleep', '600'], HostConfig: APART },
      undo,
    );
    await control.run(['sh', '-c', script], '');
    expect(await logBytes(control.container.id), 'the control must keep it').toBeGreaterThan(FLOOD_BYTES);
    const guest = await world.makeGuest();
    await guest.exec({ argv: ['sh', '-c', script], ...LIMITS }).catch(() => undefined);
    expect(await logBytes(guest.id)).toBeLessThan(KEPT_BYTES_MAX);
  });

  async function logBytes(id: string): Promise<number> {
    const { LogPath: path } = await docker.getContainer(id).inspect();
    return path === '' ? 0 : (await stat(path)).size;
  }

  test('a workspace whose first process ends stays ended; with another restart policy it comes back', async () => {
    const restarting = { ...APART, RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } };
    const control = await startContainer(
      { Image: OWN_IMAGE, Entrypoint: ['sleep', '0.2'], HostConfig: restarting },
      undo,
    );
    await eventually(async () => (await control.container.inspect()).RestartCount > 0);
    const guest = await world.makeGuest();
    const container = docker.getContainer(guest.id);
    const { State: state } = await container.inspect();
    const ended = container.wait();
    await world.run.loose(['kill', '-KILL', String(state.Pid)], '');
    await ended.catch(() => undefined);
    await expect(isRunning(guest)).resolves.toBe(false);
  });

  async function isRunning(guest: Guest): Promise<boolean> {
    return docker
      .getContainer(guest.id)
      .inspect()
      .then(
        ({ State: state }) => state.Running || state.Restarting,
        () => false,
      );
  }

  test('neighbours do not see each other: no process, no file, no shared memory', async () => {
    const [one, two] = [await world.makeGuest(), await world.makeGuest()];
    const mark = `heart-${randomUUID()}`;
    const script = `echo ${mark} >/tmp/${mark}; echo ${mark} >/dev/shm/${mark}; sleep 60`;
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    void one.exec({ argv: ['sh', '-c', script, mark], ...LIMITS, signal: abort.signal }).catch(() => undefined);
    const look = [
      'sh',
      '-c',
      `cat /proc/[0-9]*/cmdline /tmp/* /dev/shm/* 2>/dev/null | tr '\\0' '\\n' | grep -c "$1" || true`,
      'look',
    ];
    const asked = mark.replace(/^(.)/, '[$1]');
    await eventually(async () => Number(await runInGuest(one)([...look, asked], '')) >= 2);
    expect(Number(await runInGuest(two)([...look, asked], ''))).toBe(0);
  });

  test('the doors are open: the one call is answered inside, and the egress proxy answers with a refusal', async () => {
    const guest = await world.makeGuest();
    const script = `
      const body = JSON.stringify({ model: 'test-model', stream: true, store: false, input: 'hello' });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch('http://127.0.0.1:8101/v1/responses', { method: 'POST', headers, body });
      const socket = require('node:net').connect(3128, '127.0.0.1', () => socket.write('CONNECT example.org:443 HTTP/1.1\\r\\nHost: example.org:443\\r\\n\\r\\n'));
      const [line] = await require('node:events').once(socket, 'data');
      console.log(answer.status, String(line).slice(0, 12));
      socket.destroy();`;
    expect(await runInGuest(guest)(['node', '-e', `(async () => {${script}})()`], '')).toBe('200 HTTP/1.1 403\n');
  });
});

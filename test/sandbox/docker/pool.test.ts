import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { managedFilter, ownerOf } from '../../../sandbox/docker/owner.ts';
import { eventually } from '../../contract/eventually.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openScene, textOf } from '../guest-scene.ts';
import type { GuestScene } from '../guest-scene.ts';
import { openDocker } from '../open-subject.ts';
import type { DockerSubject } from '../open-subject.ts';

const OPEN_TIMEOUT_MS = 900_000;
const POOL_PROGRAM = fileURLToPath(new URL('run-docker-pool.ts', import.meta.url));

describeWith(['docker', 'codex'], 'containers that wait for a run', () => {
  const docker = new Docker();
  const instance = `test-${randomUUID()}`;
  let subject: DockerSubject;
  beforeAll(async () => {
    subject = await openDocker(instance, { poolSize: 1 });
    await subject.provisioner.ready();
  }, OPEN_TIMEOUT_MS);
  afterAll(() => subject[Symbol.asyncDispose]());

  const listed = (): Promise<ContainerInfo[]> => docker.listContainers({ all: true, filters: managedFilter(instance) });
  const kindOf = ({ Names: names, Labels: labels }: ContainerInfo): string => ownerOf({ names, labels }).kind;

  /** The container that waits and whose daemon answers. */
  function untilOneWaits(but?: string): Promise<ContainerInfo> {
    return eventually(async () =>
      (await listed()).find((found) => kindOf(found) === 'pool' && found.State === 'running' && found.Id !== but),
    );
  }

  async function makeScene(): Promise<GuestScene> {
    const scene = await openScene(subject);
    onTestFinished(() => scene[Symbol.asyncDispose]());
    return scene;
  }

  /** Guests come from new containers while none waits, which also is so for a moment after one has started. */
  function claimOneThatWaited(): Promise<GuestScene> {
    return eventually(async () => {
      const waits = (await listed()).filter((found) => kindOf(found) === 'pool').map((found) => found.Id);
      const scene = await makeScene();
      if (waits.includes(scene.guest.id)) return scene;
      await scene.guest.destroy();
      return false;
    });
  }

  test('are claimed, bear the run’s name before anything runs, have its doors, and are replaced', async () => {
    const scene = await claimOneThatWaited();
    const { id } = scene.guest;
    const claimed = (await listed()).find((found) => found.Id === id);
    expect(claimed && kindOf(claimed)).toBe('run');
    scene.stand.answer('model', (socket) => void socket.end('the model'));
    const script = `require('node:net').connect(8101, '127.0.0.1').pipe(process.stdout)`;
    expect(textOf((await scene.run(['node', '-e', script])).stdout)).toBe('the model');
    expect((await untilOneWaits(id)).Id).not.toBe(id);
  });

  test('are not given out when they are dead', async () => {
    const { Id: id } = await untilOneWaits();
    await docker.getContainer(id).kill();
    const { guest, sh } = await makeScene();
    expect(guest.id).not.toBe(id);
    expect(await sh('echo alive')).toBe('alive');
    await eventually(async () => !(await listed()).some((found) => found.Id === id));
  });

  test('and are claimed are reaped by the run in their name', async () => {
    const { guest } = await claimOneThatWaited();
    const asked: string[] = [];
    const keep = async ({ runId }: { runId: string }): Promise<boolean> => asked.push(runId) > 0;
    expect(await subject.provisioner.reap(keep)).toBe(0);
    expect(asked.length).toBeGreaterThan(0);
    const { Names: names = [], Labels: labels = {} } = (await listed()).find((found) => found.Id === guest.id) ?? {};
    const owner = ownerOf({ names, labels });
    if (owner.kind !== 'run') return expect.fail('it bears no run');
    expect(asked).toContain(owner.labels.runId);
    expect(await subject.provisioner.reap(async ({ runId }) => runId !== owner.labels.runId)).toBe(1);
    expect(await subject.hasTraces(guest)).toBe(false);
  });

  test('end with the process that owns them and are reaped then, while those of a living one stay', async () => {
    const own = await untilOneWaits();
    const argv = ['--import', 'tsx', POOL_PROGRAM, instance, subject.sockets];
    const peer = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
    onTestFinished(() => void peer.kill('SIGKILL'));
    const { Id: theirs } = await untilOneWaits(own.Id);
    const stateOf = async (id: string): Promise<string | undefined> =>
      (await listed()).find((found) => found.Id === id)?.State;
    expect(await subject.provisioner.reap(async () => false), 'both owners live').toBe(0);
    peer.kill('SIGKILL');
    await once(peer, 'exit');
    await eventually(async () => (await stateOf(theirs)) === 'exited');
    expect(await subject.provisioner.reap(async () => false)).toBe(1);
    expect([await stateOf(own.Id), await stateOf(theirs)]).toEqual(['running', undefined]);
    expect(await readdir(join(subject.sockets, 'guests', instance))).toHaveLength(1);
  });

  test('are removed with the provisioner', async () => {
    const other = await openDocker(`${instance}-2`, { poolSize: 1 });
    await other.provisioner.ready();
    const filters = managedFilter(`${instance}-2`);
    await eventually(async () => (await docker.listContainers({ filters })).length === 1);
    await other[Symbol.asyncDispose]();
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
  });
});

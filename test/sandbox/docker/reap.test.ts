import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import type { Container } from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { containerLabels, poolName, runName } from '../../../sandbox/docker/owner.ts';
import { OWN_IMAGE } from '../../../sandbox/limits.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openDocker } from '../open-subject.ts';
import type { DockerSubject } from '../open-subject.ts';

const OPEN_TIMEOUT_MS = 900_000;
const REAP_TIMEOUT_MS = 60_000;
const ORPHANS = 50;

describeWith(['docker', 'codex'], 'reaping containers', () => {
  const docker = new Docker();
  const instance = `test-${randomUUID()}`;
  let subject: DockerSubject;
  beforeAll(async () => {
    subject = await openDocker(instance);
    await subject.provisioner.ready();
  }, OPEN_TIMEOUT_MS);
  afterAll(() => subject[Symbol.asyncDispose]());

  async function make(name: string, labels: Record<string, string>, run = false): Promise<Container> {
    const Entrypoint = ['sleep', '300'];
    const HostConfig = { NetworkMode: 'none', Init: true };
    const container = await docker.createContainer({ name, Image: OWN_IMAGE, Entrypoint, Labels: labels, HostConfig });
    onTestFinished(() => container.remove({ force: true }).catch(() => undefined));
    if (run) await container.start();
    return container;
  }

  const exists = (container: Container): Promise<boolean> =>
    container.inspect().then(
      () => true,
      () => false,
    );

  test(
    '50 orphans in every state go, and live, foreign and others’ containers stay, within 60 s',
    async () => {
      const orphans: Container[] = [];
      for (let at = 0; at < ORPHANS; at += 1) {
        const labels = { runId: `run_dead ${at}`, epoch: at };
        const isLabelled = at % 2 === 0;
        const made = await make(
          runName(labels),
          containerLabels(instance, isLabelled ? labels : undefined),
          at % 5 === 0,
        );
        if (at % 10 === 0) await made.kill();
        orphans.push(made);
      }
      const live = { runId: 'run_live', epoch: 1 };
      const foreign = { 'astraforge.run': 'run_dead 0', 'astraforge.epoch': '0' };
      const kept = [
        await make(runName(live), containerLabels(instance, live), true),
        await make(runName(live), containerLabels(instance)),
        await make(poolName(), containerLabels(instance), true),
        await make(poolName(), containerLabels(instance)),
        await make(`renamed-${randomUUID()}`, containerLabels(instance)),
        await make(`foreign-${randomUUID()}`, {}),
        await make(runName({ runId: 'run_dead 1', epoch: 1 }), foreign, true),
        await make(poolName(), { ...foreign, 'astraforge.managed': 'true' }),
        await make(runName({ runId: 'run_dead 2', epoch: 2 }), containerLabels(`${instance}-2`)),
        await make(poolName(), containerLabels(`${instance}-2`)),
      ];
      const started = performance.now();
      expect(await subject.provisioner.reap(async ({ runId }) => runId === 'run_live')).toBe(ORPHANS);
      expect(performance.now() - started).toBeLessThan(REAP_TIMEOUT_MS);
      expect(await Promise.all(orphans.map(exists))).toEqual(orphans.map(() => false));
      expect(await Promise.all(kept.map(exists))).toEqual(kept.map(() => true));
    },
    2 * REAP_TIMEOUT_MS,
  );

  test('nothing goes when it cannot be learnt about one of them', async () => {
    const first = await make(runName({ runId: 'run_a', epoch: 1 }), containerLabels(instance));
    const second = await make(runName({ runId: 'run_b', epoch: 1 }), containerLabels(instance));
    let asked = 0;
    const reaping = subject.provisioner.reap(async () => {
      asked += 1;
      if (asked === 2) throw new Error('database is away');
      return false;
    });
    await expect(reaping).rejects.toThrow('database is away');
    expect([await exists(first), await exists(second)]).toEqual([true, true]);
  });
});

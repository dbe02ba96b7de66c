import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guest } from '#core/ports/provisioner.ts';
import type { ProvisionerSubject } from '../sandbox/guest-scene.ts';
import { openCluster } from './open-cluster.ts';

const GUESTS = 5;
const COMMANDS = 200;
const LIMITS = { timeoutMs: 10_000, outputBytesMax: 1_000 };

describe('figures of the kubernetes provisioner on a real cluster', () => {
  let subject: ProvisionerSubject;
  beforeAll(async () => {
    subject = await openCluster();
    await subject.provisioner.ready();
  });
  afterAll(() => subject[Symbol.asyncDispose]());

  test('a workspace is ready, answers and is gone, in the time that is printed', async () => {
    const [created, destroyed, commands]: number[][] = [[], [], []];
    for (let number = 1; number <= GUESTS; number += 1) {
      await using stand = await subject.openDoors();
      const { doors } = stand;
      const started = performance.now();
      const guest: Guest = await subject.provisioner.create({ labels: { runId: 'run_figures', epoch: number }, doors });
      created?.push(performance.now() - started);
      for (let count = 0; count < COMMANDS / GUESTS; count += 1) {
        const asked = performance.now();
        expect((await guest.exec({ argv: ['true'], ...LIMITS })).exitCode).toBe(0);
        commands?.push(performance.now() - asked);
      }
      const asked = performance.now();
      await guest.destroy();
      destroyed?.push(performance.now() - asked);
    }
    report('create to ready', created ?? []);
    report('exec', commands ?? []);
    report('destroy to gone', destroyed ?? []);
  });
});

/** One line: half of them took at most p50, nineteen of twenty at most p95. */
function report(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number): string => (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(1);
  console.log(`${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms of ${sorted.length}`);
}

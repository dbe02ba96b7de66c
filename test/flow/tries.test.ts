import { afterAll, beforeAll, expect, it } from 'vitest';
import { TRIES_MAX } from '#core/domain/run/run.ts';
import { longRunning, noChange } from '../fakes/model/scenarios.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, checkOf, settled } from './ask.ts';
import { openWorld, until, type World } from './world.ts';

const HOLDER = { holder: 'the test', silentMs: 10_000 };

describeWith(['codex', 'confinement'], 'how often a run is tried', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({
      scenario: [{ ...longRunning(60), when: /long/ }, noChange],
      env: { PROVISIONER: 'local', WORKER_CONCURRENCY: '1' },
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const runs = () => world.astraforge.shared.store.runs;
  const breakFetching = (times: number) => world.github.fault({ match: { path: /info\/refs$/ }, status: 503, times });
  const close = (number: number) => world.github.closeIssue({ repository: world.repository, by: 'ada', number });

  /** A run that waits because the only worker is busy, taken and given back `times` times. */
  async function givenBack(times: number, retryInMs?: number): Promise<{ issue: number; runId: string; free: number }> {
    const busy = await ask(world, '@astraforge take long');
    const check = await checkOf(world, busy.issue);
    await until('the worker to be busy', () => check.status === 'in_progress');
    const { issue } = await ask(world, '@astraforge is there anything to do?');
    const { externalId } = await checkOf(world, issue);
    const runId = (await runs().readRequest(externalId))?.run.id ?? '';
    for (let time = 0; time < times; time += 1) {
      const run = await runs().claim(runId, HOLDER);
      expect(run?.tries).toBe(retryInMs === undefined ? 0 : time);
      await runs().release({ runId, epoch: run?.epoch ?? 0 }, [], retryInMs);
    }
    return { issue, runId, free: busy.issue };
  }

  it(
    'being handed over is no try: a passing failure after a dozen hand-overs is tried again',
    { timeout: 120_000 },
    async () => {
      const { issue, runId, free } = await givenBack(TRIES_MAX + 2);
      const fault = breakFetching(1);
      await close(free);
      expect((await settled(world, issue)).check.conclusion).toBe('neutral');
      expect(fault.fired).toBe(1);
      expect((await runs().readRun(runId))?.run).toMatchObject({ tries: 1, epoch: TRIES_MAX + 4 });
    },
  );

  it('the last try settles the run, with the reason', { timeout: 120_000 }, async () => {
    const { issue, runId, free } = await givenBack(TRIES_MAX - 1, 0);
    const fault = breakFetching(100);
    await close(free);
    const { check } = await settled(world, issue);
    fault.remove();
    expect(check.conclusion).toBe('failure');
    expect(check.output.summary).toMatch(/fetch|Git|repository/i);
    expect((await runs().readRun(runId))?.run).toMatchObject({
      tries: TRIES_MAX - 1,
      failure: { code: 'unavailable' },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { hearing } from './hearing.ts';
import { GITHUB } from './hosts/on-both-hosts.ts';
import { LETTER_CONFIG } from './incident-scenarios.ts';
import { until } from './world.ts';

const LONG = { timeout: 600_000 };
const AT_ONCE = 10;
const ALERTS = 500;
const CAUSES = 12;
const STORM = { requests: 3, minutes: 60 };

/** Does it for each number below `count`, some at once. */
async function forEach(count: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let at = (next += 1) - 1; at < count; at = (next += 1) - 1) await work(at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

describeWith(['codex', 'confinement'], 'a storm of alerts', () => {
  describe('of one cause', () => {
    const { scene, incidents, fail } = hearing(GITHUB, {}, LETTER_CONFIG);

    it('makes one issue and one request, and all of them are counted', LONG, async () => {
      // Whoever could make the program fail chose the words; what failed is the same.
      await forEach(ALERTS, (at) => fail({ value: `order ${at} has no items`, function: 'total' }));
      await until('all alerts to be heard', async () => (await incidents())[0]?.alerts === ALERTS);
      const [issue] = scene().issues();
      if (issue === undefined) throw new Error('there is no issue');
      await scene().answered(issue, 'The plan waits for approval');
      expect([scene().issues().length, scene().progress(issue).length, (await incidents()).length]).toEqual([1, 1, 1]);
    });
  });

  describe('of many causes', () => {
    const { scene, incidents, fail } = hearing(GITHUB, { storm: STORM }, LETTER_CONFIG);

    it('begins with as many as its source lets, and lists the others in one issue', LONG, async () => {
      await forEach(CAUSES, (at) => fail({ file: `/app/src/part-${'abcdefghijkl'[at]}.js` }));
      const umbrella = await until('the issue of the storm', () =>
        scene()
          .issues()
          .find(({ title }) => title.startsWith('Storm of alerts')),
      );
      expect(umbrella.body).toContain(`More than ${STORM.requests} different failures within ${STORM.minutes} minutes`);
      const paused = CAUSES - STORM.requests;
      await until('all of them to be listed', () => {
        const listed = scene()
          .progress(umbrella)
          .at(-1)
          ?.body.match(/^- `+TypeError/gm);
        return listed?.length === paused;
      });
      await until('an issue for each that was begun', () => scene().issues().length === STORM.requests + 1);
      for (const issue of scene().issues())
        if (issue.number !== umbrella.number) await scene().answered(issue, 'The plan waits for approval');
      const states = (await incidents()).filter(({ kind }) => kind === 'cause').map(({ state }) => state);
      expect(states.toSorted()).toEqual([
        ...Array.from({ length: STORM.requests }, () => 'begun'),
        ...Array.from({ length: paused }, () => 'paused'),
      ]);
    });
  });

  describe('where nothing has to be approved', () => {
    const config = `approval:\n  alerts: none\n${LETTER_CONFIG.replace('mode: try', "mode: 'off'")}`;
    const { scene, fail } = hearing(GITHUB, { act: 'fix' }, config);

    it(
      'a fix is proposed at once and proven though proof is off, and another one of the same file is refused with where that is',
      LONG,
      async () => {
        await fail({ file: '/app/src/letter.js' });
        const first = await until('the first issue', () => scene().issues()[0]);
        const change = await scene().changeFor(first);
        expect((await scene().over(first)).run).toMatchObject({
          status: 'succeeded',
          proof: { verdict: 'proven', mode: 'require' },
        });
        await fail({ file: '/app/src/customers.js' });
        const second = await until('the second issue', () => scene().issues()[1]);
        const { run } = await scene().over(second);
        expect([run.status, run.failure?.code]).toEqual(['failed', 'policy']);
        expect(run.failure?.message).toMatch(/`src\/letter\.js` is changed by another open fix: http\S+\/issues\/1\b/);
        expect(
          scene()
            .changes()
            .map(({ number }) => number),
        ).toEqual([change.number]);
        await scene().merge({ kind: 'pull', number: change.number }, 'mia');
        await scene().comment(second, '@astraforge retry', 'mia');
        await until('the second fix, which the file is free for now', () => scene().changes().length === 2);
      },
    );
  });
});

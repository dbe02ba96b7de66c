import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { sampleFiles } from '../fakes/tracker/sample-service.ts';
import { REPOSITORIES } from './hearing.ts';
import { LETTER_CONFIG, MENDS_LETTER, NEW_TEST } from './incident-scenarios.ts';
import { onBothHostsWith, play } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import { watch, type Watched } from './watched.ts';
import { until } from './world.ts';

const LONG = { timeout: 600_000 };
const ISSUE: Place = { kind: 'issue', number: 1 };
let files: Record<string, string>;
beforeAll(async () => {
  files = await sampleFiles('javascript');
});

onBothHostsWith(['codex', 'docker'], 'from an error to a merge and back', (host) => {
  describe.each(['sentry', 'glitchtip'] as const)('%s, in Docker', (name) => {
    let watched: Watched;
    beforeAll(async () => {
      watched = await watch(name);
    });
    const scene = play(host, () => ({
      ...{ scenario: MENDS_LETTER, files, config: LETTER_CONFIG },
      env: { ...watched.env(REPOSITORIES[host.provider]), PROVISIONER: 'docker' },
    }));
    afterAll(async () => {
      watched.tracker.assertNoViolations();
      await watched[Symbol.asyncDispose]();
    });
    const told = () => watched.tracker.issues().at(-1);
    const comments = () => told()?.comments.map(({ text }) => text) ?? [];

    it(
      'an error opens an issue, is mended with a proof once a plan was approved, and is resolved by the merge',
      LONG,
      async () => {
        watched.listen(scene().astraforge.url);
        const before = scene().git('rev-parse', 'HEAD').trim();
        await watched.fail(`letters@${before}`);
        const issue = await until('the issue', () => scene().issues()[0]);
        expect(issue).toMatchObject({ number: 1, isOurs: true, state: 'open' });
        expect(issue.title).toMatch(/^(?:Sentry|Glitchtip): TypeError/);
        const plan = await scene().answered(ISSUE, 'The plan waits for approval');
        expect(plan.body).toContain('Leave the address out then.');
        expect(scene().changes()).toEqual([]);
        const prompt = JSON.stringify(scene().model.requests.map(({ body }) => body));
        expect(prompt).toContain('Commits that last changed these places, newest first:');
        await until('the tracker to be told', () => comments().some((text) => text.includes('waits for approval')));
        await scene().comment(ISSUE, '@astraforge approve', 'mia');
        const change = await scene().changeFor(ISSUE);
        const { run } = await scene().over(ISSUE);
        expect(run.provisioner).toBe('docker');
        expect(run.proof).toMatchObject({ verdict: 'proven', tests: [NEW_TEST] });
        expect([change.isDraft, change.body]).toEqual([false, expect.stringContaining('**Proven**')]);
        await until('the tracker to be told', () =>
          comments().some((text) => text.includes(run.change?.url ?? 'no change')),
        );
        expect(comments()).toHaveLength(1);
        await scene().merge({ kind: 'pull', number: change.number }, 'mia');
        await until('the issue to be resolved', () => told()?.status === 'resolved');
        await until('the tracker to be told', () => comments().some((text) => text.includes('A fix was merged.')));
      },
    );

    const alerts = async () => {
      const { store } = scene().astraforge.shared;
      return store.alerts.list(FIRST_TENANT, { after: null, countMax: 100 });
    };
    /** Waits until everything that the tracker told was heard and acted upon. */
    const heard = async (): Promise<void> => {
      await watched.tracker.settled();
      const recorded = watched.tracker.deliveries.filter(({ response }) => response.includes('recorded'));
      await until('what the tracker told to be settled', () => {
        const settled = scene().logs.filter((line) => /"event":"shop:.*delivery settled/.test(line));
        return settled.length >= recorded.length;
      });
    };

    it('the same failure in a release without the fix begins nothing', LONG, async () => {
      if (scene().issues()[0]?.state === 'open') await scene().close(ISSUE, 'mia');
      await watched.fail(`letters@${scene().git('rev-parse', 'HEAD^1').trim()}`);
      await heard();
      expect(scene().progress(ISSUE)).toHaveLength(1);
      expect(
        scene()
          .issues()
          .map(({ state }) => state),
      ).toEqual(['closed']);
    });

    it('in a release with the fix it opens the issue again, with a new plan and how to revert', LONG, async () => {
      await watched.fail(`letters@${scene().git('rev-parse', 'HEAD').trim()}`);
      const back = await scene().answered(ISSUE, 'tells of this failure again');
      expect(back.body).toContain('say `@astraforge revert` here');
      expect(back.body).toContain(String(scene().changes()[0]?.number));
      await until('the issue to be open', () => scene().issues()[0]?.state === 'open');
      await until('a second plan', () => scene().progress(ISSUE)[1]?.body.includes('The plan waits for approval'));
      await until('the tracker to be told', () =>
        comments().some((text) => text.includes('It came back after its fix.')),
      );
      expect(scene().issues()).toHaveLength(1);
      expect((await alerts()).some(({ outcome }) => outcome.includes('came back after its fix'))).toBe(true);
    });

    it('and what was merged is taken back by command', LONG, async () => {
      await scene().comment(ISSUE, '@astraforge revert', 'mia');
      const revert = await until('the change that takes it back', () => scene().changes()[1]);
      expect(revert.title).toMatch(/^Revert /);
      expect(scene().file(revert.head, NEW_TEST)).toBeUndefined();
      expect(scene().file(revert.head, 'src/letter.js')).toBe(files['src/letter.js']);
    });
  });
});

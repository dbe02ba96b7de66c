import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { startSentry, type SentryStandIn } from '../fakes/sentry/stand-in.ts';
import { sendError } from '../fakes/tracker/send-error.ts';
import { sampleFiles } from '../fakes/tracker/sample-service.ts';
import { describeWith } from '../services/describe-with.ts';
import { GITHUB, play } from './hosts/on-both-hosts.ts';
import { LETTER_CONFIG, MENDS_LETTER } from './incident-scenarios.ts';
import { until } from './world.ts';

const LONG = { timeout: 600_000 };
const HOOK_MS = 60_000;
const AT_ONCE = 10;
const ALERTS = 500;
const CAUSES = 12;
const STORM = { requests: 3, minutes: 60 };

/** A scene that hears of everything in one project of a Sentry. */
function heard(source: Readonly<Record<string, unknown>>, config: string) {
  let sentry: SentryStandIn;
  let files: Record<string, string>;
  let dsn: string;
  beforeAll(async () => {
    [sentry, files] = await Promise.all([
      startSentry({ timeoutMs: HOOK_MS, resources: ['comment'], alertOn: [] }),
      sampleFiles('javascript'),
    ]);
    dsn = sentry.addProject('letters').dsn;
  });
  const scene = play(GITHUB, () => ({
    ...{ scenario: MENDS_LETTER, files, config },
    env: {
      ALERT_SOURCES: JSON.stringify([
        {
          ...{ id: 'shop', tracker: 'sentry', url: sentry.url, organization: 'acme' },
          ...{ projects: [{ project: 'letters', repository: 'github:acme/durations' }], ...source },
        },
      ]),
      ALERT_WEBHOOK_SECRETS: JSON.stringify({ shop: sentry.clientSecret }),
      ALERT_API_TOKENS: JSON.stringify({ shop: sentry.writeToken }),
    },
  }));
  afterAll(() => sentry[Symbol.asyncDispose]());
  return {
    scene,
    incidents: () => scene().astraforge.shared.store.incidents.list(FIRST_TENANT, { after: null, countMax: 100 }),
    /** An error, and an alert of it whatever the rules of the tracker say. */
    async fail(error: Parameters<typeof sendError>[1]): Promise<void> {
      sentry.webhookTarget = `${scene().astraforge.url}/webhooks/sentry/shop`;
      const { status } = await sentry.sendAlert(await sendError(dsn, error));
      expect(status).toBe(202);
    },
  };
}

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
    const { scene, incidents, fail } = heard({}, LETTER_CONFIG);

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
    const { scene, incidents, fail } = heard({ storm: STORM }, LETTER_CONFIG);

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
          ?.body.match(/^- TypeError/gm);
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
    const config = `approval:\n  alerts: none\n${LETTER_CONFIG}`;
    const { scene, fail } = heard({ act: 'fix' }, config);

    it('a fix is proposed at once, and another one of the same file is refused with where that is', LONG, async () => {
      await fail({ file: '/app/src/letter.js' });
      const first = await until('the first issue', () => scene().issues()[0]);
      const change = await scene().changeFor(first);
      expect((await scene().over(first)).run).toMatchObject({ status: 'succeeded', proof: { verdict: 'proven' } });
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
    });
  });
});

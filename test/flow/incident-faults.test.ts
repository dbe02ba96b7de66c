import { expect, it } from 'vitest';
import { hearing } from './hearing.ts';
import { onBothHosts } from './hosts/on-both-hosts.ts';
import { LETTER_CONFIG } from './incident-scenarios.ts';
import { until } from './world.ts';

const LONG = { timeout: 300_000 };
const COMMENT = /\/issues\/\d+\/(?:comments|notes)\/$/;

onBothHosts('what is lost on the way of an incident', (host) => {
  const { scene, tracker, fail, incidents } = hearing(host, {}, LETTER_CONFIG);

  it('an answer of the host and one of the tracker: there is one issue, and one comment', LONG, async () => {
    scene().cutOffIssue();
    const lost = tracker().fault({ match: { method: 'POST', path: COMMENT }, when: 'after', status: 502, times: 1 });
    await fail({ value: 'order 1 has no items' });
    await until('the answer to be lost', () => lost.fired === 1);
    const issue = await until('the issue', () => scene().issues()[0]);
    await scene().answered(issue, 'The plan waits for approval');
    const comments = () =>
      tracker()
        .issues()
        .at(-1)
        ?.comments.map(({ text }) => text) ?? [];
    await until('the tracker to be told', () => comments().some((text) => text.includes('waits for approval')));
    expect([scene().issues().length, scene().progress(issue).length, comments().length]).toEqual([1, 1, 1]);
  });

  it('the tracker for a while: it is told later, once, and the plan waits for nobody', LONG, async () => {
    const away = tracker().fault({ match: { path: COMMENT }, status: 503, times: 3 });
    await fail({ file: '/app/src/another.js' });
    const issue = await until('the second issue', () => scene().issues()[1]);
    await scene().answered(issue, 'The plan waits for approval');
    const comments = () =>
      tracker()
        .issues()
        .at(-1)
        ?.comments.map(({ text }) => text) ?? [];
    await until('the tracker to be told', () => comments().some((text) => text.includes('waits for approval')));
    expect([away.fired, comments().length]).toEqual([3, 1]);
  });

  it('a plan that is rejected and an issue that is closed: more alerts of it begin nothing', LONG, async () => {
    const [, issue] = scene().issues();
    if (issue === undefined) throw new Error('there is no second issue');
    await scene().comment(issue, '@astraforge reject not worth it', 'mia');
    await scene().close(issue, 'mia');
    await until('the incident to be closed', async () => (await incidents()).some(({ state }) => state === 'closed'));
    await fail({ file: '/app/src/another.js', value: 'once more' });
    await until('the alert to be heard', async () => (await incidents()).some(({ alerts }) => alerts > 1));
    await scene().quiet();
    expect([scene().issues().length, scene().progress(issue).length]).toEqual([2, 1]);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { answers, writes } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import { until } from './world.ts';

/** A mention that is a second old and has not arrived is looked for. */
const OFTEN = { HEAL_EVERY_SEC: '1' };
/** Hosts count whole seconds. */
const A_SECOND_MS = 1_100;
const LONG = { timeout: 240_000 };
const HELP = '@astraforge help';

onBothHosts('words that no delivery brought', (host) => {
  const scene = play(host, { scenario: [writes('a.txt', 'a'), answers], env: OFTEN });
  const heardTo = async () => {
    const repo = { provider: host.provider, id: scene().repository.id };
    return (await scene().astraforge.shared.store.listening.standing(repo))?.heardTo;
  };
  beforeAll(async () => {
    await until('the first look for words', async () => (await heardTo()) !== undefined);
    // Its second has to be over: times of hosts have no parts of one.
    await delay(A_SECOND_MS);
  });

  /** Waits until every look that began before has ended. */
  async function lookedAgain(): Promise<void> {
    const now = Date.now();
    await until('two more looks', async () => {
      const to = await heardTo();
      // Looks end where everything is old enough, with five minutes to look at twice.
      return to !== undefined && Date.parse(to) > now - 5 * 60_000 + 2_000;
    });
  }
  const helpsIn = (place: Place): number =>
    scene()
      .ours(place)
      .filter(({ body }) => body.includes('`@astraforge run')).length;
  const settledAs = (outcome: string): number =>
    scene().logs.filter((line) => line.includes(`"outcome":"${outcome}"`)).length;

  it('a comment is found and done exactly once, and its late delivery changes nothing', LONG, async () => {
    const { place } = await scene().openIssue();
    const said = await scene().undelivered(() => scene().comment(place, '@astraforge write a.txt'));
    const from = Date.now();
    await scene().changeFor(place);
    process.stderr.write(`found and done on ${host.name} in ${Date.now() - from} ms\n`);
    expect(await scene().deliverLate(said)).toBe(202);
    await scene().comment(place, '@astraforge status');
    const status = await scene().answered(place, /Mentions: all heard up to .*; 1 that no delivery brought was found/);
    expect(status.body).toContain('Deliveries: ');
    await lookedAgain();
    expect(scene().changes()).toHaveLength(1);
    expect(scene().progress(place)).toHaveLength(1);
    expect(settledAs('repeated: another delivery brought these words')).toBe(1);
  });

  it(
    'an issue, a review and a comment at a line are found too; what was edited, and what others say, is not',
    LONG,
    async () => {
      const [change] = scene().changes();
      if (change === undefined) throw new Error('there is no change to comment on');
      const { place: quiet } = await scene().openIssue({ title: 'Quiet' });
      const issue = await scene().undelivered(async () => {
        await scene().review(change, HELP);
        await scene().commentOnLine(change, { path: 'a.txt', line: 1, body: HELP });
        // Words that were to us from the first might be found before they are edited.
        const said = await scene().comment(quiet, 'not yet for you');
        await delay(A_SECOND_MS);
        await scene().editComment(said, HELP);
        await scene().comment(quiet, 'nothing for you', 'bob');
        return (await scene().openIssue({ title: 'Help', body: HELP })).place;
      });
      await scene().answered(issue, /`@astraforge run/);
      await until('both answers', () => helpsIn(change) === 2);
      await lookedAgain();
      expect([helpsIn(issue), helpsIn(change), scene().ours(quiet).length]).toEqual([1, 2, 0]);
    },
  );
});

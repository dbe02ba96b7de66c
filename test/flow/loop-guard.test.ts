import { expect, it } from 'vitest';
import { noChange } from '../fakes/model/scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';

/** Runs that a thread may cost within an hour. */
const THREAD_HOUR = 2;
const ROUNDS = 6;
/** What becomes of what a program said or marked. */
const OURS = ['ignored: written by a bot', 'ignored: marked by a bot'];

onBothHosts('others that answer by themselves', (host) => {
  const scene = play(host, {
    scenario: noChange,
    config: 'triggers: { labels: [astraforge] }\n',
    env: { QUOTA_RUNS_PER_THREAD_HOUR: String(THREAD_HOUR) },
  });

  it('a bot that answers every comment of ours costs the one run that a person asked for', async () => {
    const bot = scene().addBot('helper');
    scene().setRole(bot, 'admin');
    const { place } = await scene().ask('@astraforge look around');
    await scene().over(place);
    const outcomes: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const said = await scene().comment(place, '@astraforge look at this again, please', bot);
      outcomes.push(await scene().outcomeOf(said));
    }
    expect(outcomes).toEqual(Array(ROUNDS).fill('ignored: written by a bot'));
    expect(scene().ours(place)).toHaveLength(1);
    expect(scene().model.unexpected).toEqual([]);
  });

  it('what we write ourselves is never heard, whatever it says', async () => {
    const { place } = await scene().ask('@astraforge help');
    await scene().answered(place, /\| `@astraforge run/);
    await scene().quiet();
    expect(scene().ours(place)).toHaveLength(1);
    expect(await scene().standing(place)).toBeUndefined();
  });

  it('an issue that we open ourselves begins nothing, though it mentions us and carries a label that is a trigger', async () => {
    await scene().quiet();
    const before = scene().deliveries().length;
    const body = '@astraforge run write a file';
    const place = await scene().openOurIssue({ title: '@astraforge fix this', body, labels: ['astraforge'] });
    await scene().quiet();
    const outcomes = await Promise.all(scene().deliveries().slice(before).map(scene().outcomeOf));
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.filter((outcome) => !OURS.includes(outcome))).toEqual([]);
    expect(scene().comments(place)).toEqual([]);
    expect(await scene().standing(place)).toBeUndefined();
  });

  it('an account of a person that answers like a bot is held by the quota of the thread, however often it tries', async () => {
    scene().setRole('eager', 'write');
    const { place } = await scene().ask('@astraforge run look around', 'eager');
    await scene().over(place);
    const outcomes: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const said = await scene().comment(place, `@astraforge run look again ${round}`, 'eager');
      outcomes.push(await scene().outcomeOf(said));
    }
    const begun = outcomes.filter((outcome) => outcome === 'request submitted');
    expect(begun).toHaveLength(THREAD_HOUR - 1);
    expect(outcomes.slice(begun.length)).toEqual(Array(ROUNDS - begun.length).fill('refused: quota'));
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { noChange } from '../fakes/model/scenarios.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, settled } from './ask.ts';
import { openWorld, until, type World } from './world.ts';

/** Runs that a thread may cost within an hour. */
const THREAD_HOUR = 2;
const ROUNDS = 6;

describeWith(['codex', 'confinement'], 'others that answer by themselves', () => {
  let world: World;

  beforeAll(async () => {
    const env = { PROVISIONER: 'local', QUOTA_RUNS_PER_THREAD_HOUR: String(THREAD_HOUR) };
    world = await openWorld({ scenario: noChange, env });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  const repository = 'acme/durations';
  const ours = (issue: number) => world.github.comments(repository, issue).filter(({ viaApp }) => viaApp);
  /** The delivery was read; gives what became of it. */
  const outcomeOf = (guid: string): Promise<string> =>
    until('a delivery to be settled', () => {
      const line = world.logs.find((one) => one.includes('delivery settled') && one.includes(guid));
      return line && /"outcome":"([^"]*)"/.exec(line)?.[1];
    });
  const reply = async (by: string, number: number) => {
    const body = '@astraforge look at this again, please';
    const { delivery } = await world.github.comment({ repository, by, number, body });
    return outcomeOf(delivery.guid);
  };

  it('a bot that answers every comment of ours costs the one run that a person asked for', async () => {
    world.github.createUser('helper[bot]', { type: 'Bot' });
    world.github.setPermission(repository, 'helper[bot]', 'admin');
    const { issue } = await ask(world, '@astraforge look around');
    await settled(world, issue);
    const outcomes: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) outcomes.push(await reply('helper[bot]', issue));
    expect(outcomes).toEqual(Array(ROUNDS).fill('ignored: written by a bot'));
    expect(ours(issue)).toHaveLength(1);
    expect(world.model.unexpected).toEqual([]);
  });

  it('an account of a person that answers like a bot is held by the quota of the thread, however often it tries', async () => {
    world.github.setPermission(repository, 'eager', 'write');
    const { issue } = await ask(world, '@astraforge run look around', 'eager');
    await settled(world, issue);
    const outcomes: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const body = `@astraforge run look again ${round}`;
      const { delivery } = await world.github.comment({ repository, by: 'eager', number: issue, body });
      outcomes.push(await outcomeOf(delivery.guid));
    }
    const begun = outcomes.filter((outcome) => outcome === 'request submitted');
    expect(begun).toHaveLength(THREAD_HOUR - 1);
    expect(outcomes.slice(begun.length)).toEqual(Array(ROUNDS - begun.length).fill('refused: quota'));
  });
});

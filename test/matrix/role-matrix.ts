import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Role } from '#core/domain/rules/role.ts';
import { describeWith } from '../services/describe-with.ts';
import { until } from '../flow/world.ts';
import { PLAYS, type Play } from './plays.ts';
import { setThread } from './set-thread.ts';
import type { Place, Stage } from './stage.ts';
import type { Standing } from './standings.ts';
import { ASKED, leastRole, tableAllows } from './who-may.ts';

/** One case: somebody gives a command. `own`: about what they asked for themselves. */
interface Case {
  readonly standing: string;
  readonly role: Role;
  readonly command: string;
  readonly own: boolean;
  readonly verdict: 'done' | 'refused';
}

const Settled = z.object({ guid: z.string(), outcome: z.string(), msg: z.literal('delivery settled') });
const PROGRESS = 'astraforge:comment:';
const REPLY = 'astraforge:reply:';

/** Every command by everybody, and an approval of one's own request by everybody. */
function casesOf(standings: readonly Standing<unknown>[]): readonly Case[] {
  return standings.flatMap(({ name: standing, role }) => [
    ...ASKED.map(([command]): Case => {
      return { standing, role, command, own: false, verdict: tableAllows(command, role) ? 'done' : 'refused' };
    }),
    { standing, role, command: 'approve', own: true, verdict: 'refused' },
  ]);
}

/** Plays every case on one host: comment in, and what everybody can see in the thread out. */
export function roleMatrix(host: string, open: () => Promise<Stage>, standings: readonly Standing<unknown>[]): void {
  describeWith(['codex', 'confinement'], `who may command on ${host}`, () => {
    let stage: Stage;
    // One at a time, so that they keep no connection from what is being tested.
    let lastSet: Promise<unknown> = Promise.resolve();
    const set = (one: Case, play: Play): Promise<Place> => {
      const requester = one.own ? { requester: stage.meet(one.standing).person } : {};
      const setting = lastSet.then(() => setThread(stage, one.standing, { ...play, ...requester }));
      lastSet = setting.catch(() => undefined);
      return setting;
    };
    const threads: { readonly one: Case; readonly place: Place; readonly seen: readonly string[] }[] = [];

    beforeAll(async () => {
      stage = await open();
    });
    afterAll(async () => {
      stage.assertNoViolations();
      await stage[Symbol.asyncDispose]();
    });

    describe.concurrent('in a thread of its own', () => {
      test.each(casesOf(standings).map((one) => [title(one), one] as const))('%s', async (_, one) => {
        const play = PLAYS[one.command];
        if (play === undefined) throw new Error(`nobody has said how ${one.command} is played`);
        const { standing } = one;
        const { person } = stage.meet(standing);
        const place = await set(one, play);
        const hasProgress = play.thread === 'waits for approval' || play.thread === 'has failed';
        const ours = () => stage.ours(standing, place);
        if (hasProgress) await until('the progress comment', () => ours().length === 1);
        const before = ours();
        const guid = await stage.say(standing, place, `@astraforge ${play.words}`);
        await until('the delivery to be settled', () => settledIn(stage.logs, guid));
        const { marker, text } = expected(one, play, person.login);
        await until(`an answer that reads ${String(text)}`, () =>
          ours().some((body) => body.includes(marker) && text.test(body)),
        );
        const added = marker === PROGRESS && hasProgress ? 0 : 1;
        expect(ours()).toHaveLength(before.length + added);
        // What was refused has changed nothing that was there.
        if (one.verdict === 'refused') expect(ours().slice(0, before.length)).toEqual(before);
        threads.push({ one, place, seen: ours() });
      });
    });

    test('nothing more was said in any thread, no model was asked, and the host refused to tell a role', () => {
      expect(threads).toHaveLength(casesOf(standings).length);
      for (const { one, place, seen } of threads)
        expect(stage.ours(one.standing, place), title(one)).toHaveLength(seen.length);
      expect(stage.modelCalls()).toBe(0);
      expect(stage.refusedLookups()).toBeGreaterThanOrEqual(ASKED.length);
    });
  });
}

function title({ standing, command, own, verdict }: Case): string {
  return `${standing}: ${command}${own ? ' of their own request' : ''} is ${verdict}`;
}

function settledIn(logs: readonly string[], guid: string): boolean {
  return logs.some((line) => line.includes(guid) && Settled.safeParse(JSON.parse(line)).data?.guid === guid);
}

/** What is to be seen: the command's own answer, or why it was refused. */
function expected(one: Case, play: Play, login: string): { readonly marker: string; readonly text: RegExp } {
  if (one.verdict === 'done') return { marker: play.seenIn === 'reply' ? REPLY : PROGRESS, text: play.done(login) };
  if (one.own && tableAllows(one.command, one.role))
    return {
      marker: REPLY,
      text: new RegExp(`@.?${login} asked for this, and nobody approves their own request here`),
    };
  const has = one.role === 'none' ? 'nothing that the host would confirm' : `\`${one.role}\``;
  const least = leastRole(one.command);
  return { marker: REPLY, text: new RegExp(`people with \`${least}\` access to [^;]*; @.?${login} has ${has}`) };
}

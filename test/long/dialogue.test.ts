import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeName } from '#core/domain/host/host-traits.ts';
import { onBothHosts, play } from '../flow/hosts/on-both-hosts.ts';
import type { Place, Said } from '../flow/hosts/said.ts';
import type { Change } from '../flow/hosts/scene.ts';
import { until } from '../flow/world.ts';
import { describeWith } from '../services/describe-with.ts';
import { openApart, type Apart } from './apart.ts';
import { DIALOGUE, letGo } from './dialogue-model.ts';
import { watchDialogue } from './dialogue-watch.ts';

const LONG_MS = 30 * 60_000;

onBothHosts('one long conversation', (host) => {
  describeWith(['postgres', 'redis'], 'of several people, with a process that is killed in the middle', () => {
    let apart: Apart;
    let rooms: string;
    beforeAll(async () => {
      [apart, rooms] = await Promise.all([openApart(), mkdtemp(path.join(tmpdir(), 'af-'))]);
    });
    afterAll(async () => {
      await apart[Symbol.asyncDispose]();
      await rm(rooms, { recursive: true, force: true });
    });
    const scene = play(host, () => ({
      scenario: DIALOGUE.willing,
      files: { 'README.md': '# Talk\n' },
      start: apart.start,
      env: { SANDBOX_DIRECTORY: rooms, QUOTA_RUNS_PER_THREAD_HOUR: '50' },
    }));

    it(
      'each of its comments is answered once, in one place, by an agent that remembers all',
      { timeout: LONG_MS },
      async () => {
        scene().setRole('ben', 'write');
        const { place } = await scene().openIssue({ title: 'Words for everybody' });
        const watch = watchDialogue(scene(), place);
        let said = 0;
        const comment = (at: Place, words: string, by?: string): Promise<Said> => {
          said += 1;
          return scene().comment(at, words, by);
        };
        const updated = (change: Change) => `Updated ${changeName(host.provider, change.number)}`;
        const file = (name: string) => scene().file(change.head, name);

        const first = await comment(place, '@astraforge run write first.txt', 'ada');
        const change = await scene().changeFor(place);
        await watch.ended(/Opened .*[^]*The change is ready for review/);
        watch.paid();
        expect(scene().ourReactions(first)).toEqual(['eyes']);
        expect(change).toMatchObject({ isOurs: true, state: 'open', base: 'main', isDraft: false });
        expect(file('first.txt')).toBe('one\n');
        watch.holds({ requests: 1, replies: 0 });

        await comment(change, '@astraforge write rita.txt', 'rita');
        await scene().answered(change, /people with `write` access/);
        watch.holds({ requests: 1, replies: 1 });

        const asked = scene().model.requests.length;
        const thanks = await comment(place, 'Good so far, thank you!', 'rita');
        await watch.settled(thanks, apart);
        expect(scene().ourReactions(thanks)).toEqual([]);
        expect(scene().model.requests).toHaveLength(asked);
        watch.holds({ requests: 1, replies: 1 });

        const more = await comment(change, '@astraforge write more.txt as well', 'ben');
        await until('the second file', () => file('more.txt'));
        await watch.ended(updated(change));
        expect(scene().ourReactions(more)).toEqual(['eyes']);
        watch.remembers('I wrote first.txt.');
        watch.holds({ requests: 1, replies: 1 });

        await scene().push({ branch: change.head, by: 'mia', files: { 'human.txt': 'mine\n' }, message: 'By hand' });
        await comment(change, '@astraforge write third.txt on top', 'ada');
        await until('the third file', () => file('third.txt'));
        await watch.ended(updated(change));
        expect(file('human.txt')).toBe('mine\n');
        expect(scene().commits(change.head)).toContain('By hand');
        watch.remembers('I wrote more.txt.');
        watch.paid();

        const line = { path: 'first.txt', line: 1 };
        const onLine = await scene().commentOnLine(change, {
          ...line,
          by: 'ben',
          body: '@astraforge write line.txt for this line',
        });
        said += 1;
        await until('the file for the line', () => file('line.txt'));
        await watch.ended(updated(change));
        expect(scene().ourReactions(onLine)).toEqual(['eyes']);
        watch.holds({ requests: 1, replies: 1 });

        await comment(place, '@astraforge what does first.txt say?', 'rita');
        await comment(place, '@astraforge what does first.txt say?', 'ada');
        const head = (await scene().branches()).get(change.head);
        await watch.ended('Nothing has to change.');
        expect((await scene().branches()).get(change.head)).toBe(head);
        watch.remembers('I wrote line.txt.');
        watch.holds({ requests: 1, replies: 2 });

        await comment(place, '@astraforge write slow.txt slowly', 'ada');
        await watch.says('Working on it');
        const meanwhile = await comment(place, '@astraforge write meanwhile.txt too', 'ben');
        await until('the reaction', () => scene().ourReactions(meanwhile).length === 1);
        await comment(place, '@astraforge status', 'rita');
        await scene().answered(place, /\*\*Working on it\*\*\n\nRequest/);
        await letGo(rooms);
        await until('both files', () => file('slow.txt') !== undefined && file('meanwhile.txt') !== undefined);
        await watch.ended(updated(change));
        watch.paid();
        watch.holds({ requests: 1, replies: 3 });

        await comment(change, '@astraforge write survivor.txt slowly', 'mia');
        await watch.says('Working on it');
        await until('the command to wait', () => watch.asksFor('survivor.txt slowly'));
        await apart.kill();
        await apart.again();
        await until('the file of the run that was taken over', async () => {
          await letGo(rooms);
          return file('survivor.txt');
        });
        await watch.ended(updated(change));
        watch.remembers('I wrote meanwhile.txt.');
        watch.holds({ requests: 1, replies: 3 });

        await scene().commentOnLine(change, { ...line, by: 'mia', body: 'Please in capitals.' });
        said += 1;
        await comment(change, '@astraforge fix', 'mia');
        await until('capitals', () => file('first.txt') === 'ONE\n');
        await watch.ended(updated(change));
        watch.holds({ requests: 1, replies: 3 });

        scene().model.use(DIALOGUE.stubborn);
        await comment(place, '@astraforge write stubborn.txt', 'ben');
        await watch.ended(/Failed[^]*The model refused/);
        scene().model.use(DIALOGUE.willing);
        await comment(place, '@astraforge retry', 'ben');
        await until('the file after all', () => file('stubborn.txt'));
        await watch.ended(updated(change));
        watch.holds({ requests: 1, replies: 3 });

        await comment(place, '@astraforge plan write planned.txt', 'ada');
        const plan = await watch.says('The plan waits for approval', 2);
        expect(plan.body).toContain('> 1. Write planned.txt.');
        await comment(place, '@astraforge approve', 'ada');
        await scene().answered(place, 'nobody approves their own request here');
        await comment(place, '@astraforge approve', 'mia');
        const planned = await until('a second change', () => scene().changesFor(place)[1]);
        await watch.ended(/Opened/, 2);
        watch.paid(2);
        expect(scene().file(planned.head, 'planned.txt')).toBe('planned\n');
        watch.holds({ requests: 2, replies: 4 });

        await comment(place, '@astraforge plan write planned.txt once more', 'ada');
        await watch.says('The plan waits for approval', 3);
        await comment(place, '@astraforge reject once is enough', 'mia');
        await watch.ended(/Rejected by @.?mia: once is enough/, 3);
        expect(scene().changesFor(place)).toHaveLength(2);
        watch.holds({ requests: 3, replies: 4 });

        watch.authors(change.head, ['mia', 'the bot']);
        await scene().merge(change, 'mia');
        await until('the merge to be told', () => watch.progress(1)?.body.includes('The change was merged'));
        await comment(change, '@astraforge retry', 'ada');
        await scene().answered(change, 'That request is over');
        watch.holds({ requests: 3, replies: 5 });
        expect(said).toBeGreaterThanOrEqual(20);
        expect(scene().model.unexpected).toEqual([]);
      },
    );
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import type { RepoRef } from '#core/domain/host/repo.ts';
import { eventually } from './eventually.ts';
import { aDelivery, type StoreSubjects } from './store-subject.ts';

const HOUR_MS = 3_600_000;
const DUE = { countMax: 10, busyMs: HOUR_MS };

const repo = (id: number, same: Partial<RepoRef> = {}): RepoRef => ({
  provider: 'github',
  installationId: 5_000_000_001,
  id,
  owner: 'octo',
  name: `tool-${id}`,
  ...same,
});
const REPO = repo(7_000_000_001);
const isNow = (time: string | undefined) => expect(Math.abs(Date.now() - Date.parse(time ?? ''))).toBeLessThan(60_000);

/** What the record of listening promises. */
export function listeningContract(subjectOf: StoreSubjects): void {
  describe('listening', () => {
    beforeEach(() => subjectOf().empty());

    test('of ten workers at once one lists the repositories of a host, and nobody before it is time again', async () => {
      const { listening } = subjectOf().store;
      const turns = await Promise.all(Array.from({ length: 10 }, () => listening.takeTurn('github', HOUR_MS)));
      expect(turns.filter(Boolean)).toHaveLength(1);
      expect(await listening.takeTurn('github', HOUR_MS)).toBe(false);
      expect(await listening.takeTurn('gitlab', 1)).toBe(true);
      await eventually(async () => ((await listening.takeTurn('gitlab', HOUR_MS)) ? true : undefined));
    });

    test('a repository is listened to from when it was first named, under its newest name', async () => {
      const { listening } = subjectOf().store;
      await listening.name([REPO]);
      await listening.name([{ ...REPO, name: 'renamed', installationId: 6 }]);
      const [turn, ...others] = await listening.takeDue('github', DUE);
      expect(others).toEqual([]);
      expect(turn).toMatchObject({ repo: { ...REPO, name: 'renamed', installationId: 6 }, of: 1 });
      isNow(turn?.at);
      isNow(turn?.from);
      expect(await listening.takeDue('gitlab', DUE)).toEqual([]);
      expect(await listening.standing(REPO)).toBeUndefined();
    });

    test('many workers share the repositories that are due, each once', async () => {
      const { listening } = subjectOf().store;
      await listening.name(Array.from({ length: 30 }, (_, index) => repo(index + 1)));
      const turns = await Promise.all(Array.from({ length: 4 }, () => listening.takeDue('github', DUE)));
      const ids = turns.flat().map((turn) => turn.repo.id);
      expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      expect(turns.flat().every(({ of }) => of === 30)).toBe(true);
    });

    test('the next turn begins where the last one got to; one that failed or whose worker died moves nothing', async () => {
      const { listening } = subjectOf().store;
      await listening.name([REPO]);
      const [first] = await listening.takeDue('github', { ...DUE, busyMs: 50 });
      const [second] = await eventually(() => dueNow());
      expect(second?.from).toBe(first?.from);
      const heardTo = new Date(Date.now() + HOUR_MS).toISOString();
      await listening.finish(REPO, { heardTo, dueInMs: 0 });
      await listening.finish(REPO, { heardTo: first?.from, dueInMs: 0 });
      await listening.finish(REPO, { heardTo: undefined, dueInMs: 0 });
      const [third] = await eventually(() => dueNow());
      expect(third?.from).toBe(heardTo);
      expect(await listening.takeDue('github', DUE)).toEqual([]);

      async function dueNow() {
        const due = await listening.takeDue('github', { ...DUE, busyMs: 50 });
        return due.length > 0 ? due : undefined;
      }
    });

    test('an end before the beginning changes nothing: what was said before we ever listened is never looked for', async () => {
      const { listening } = subjectOf().store;
      await listening.name([REPO]);
      await listening.finish(REPO, { heardTo: new Date(Date.now() - HOUR_MS).toISOString(), dueInMs: 0 });
      const [turn] = await eventually(async () => {
        const due = await listening.takeDue('github', DUE);
        return due.length > 0 ? due : undefined;
      });
      expect((await listening.standing(REPO))?.heardTo).toBe(turn?.from);
      isNow(turn?.from);
    });

    test('words count as found when the delivery they belong to is one that we made', async () => {
      const { listening, heard, inbox } = subjectOf().store;
      await listening.name([REPO]);
      await listening.finish(REPO, { heardTo: new Date().toISOString(), dueInMs: 0 });
      for (const [externalId, guid] of [
        ['1', 'unheard-1'],
        ['2', 'a-delivery-of-the-host'],
      ] as const) {
        const delivery = aDelivery({ guid });
        await inbox.record(delivery);
        await heard.hear({ provider: 'github', repoId: REPO.id, kind: 'comment', externalId }, delivery.id);
      }
      expect(await listening.standing(REPO)).toMatchObject({ found: 1 });
    });
  });
}

import { beforeEach, describe, expect, test } from 'vitest';
import { isoAt } from './iso-at.ts';
import type { History, HistoryPage, RunLine } from '#core/ports/history.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { aRequest, claimed, submitted, type StoreSubjects } from './store-subject.ts';

const ALL: HistoryPage = { after: null, countMax: 100 };
const CHANGE = { number: 7, url: 'https://git.example/octo/tool/pull/7' };
const ids = (lines: readonly RunLine[]): string[] => lines.map(({ run }) => run.id);

/** What looking back promises. */
export function historyContract(subjectOf: StoreSubjects): void {
  describe('history', () => {
    beforeEach(() => subjectOf().empty());

    /** Runs made one second apart, the oldest first. */
    async function runsOf(count: number, same: Parameters<typeof submitted>[1] = {}) {
      const made = [];
      for (let at = 0; at < count; at += 1) {
        const createdAt = isoAt(at);
        const entry = { request: { createdAt, ...same.request }, run: { createdAt, ...same.run } };
        made.push(await submitted(subjectOf().store, entry));
      }
      return made;
    }

    async function allPages(history: History, countMax: number): Promise<string[]> {
      const seen: string[] = [];
      let after: HistoryPage['after'] = null;
      for (;;) {
        const page: readonly RunLine[] = await history.runs(FIRST_TENANT, {}, { after, countMax });
        seen.push(...ids(page));
        const last = page.at(-1);
        if (last === undefined) return seen;
        after = { createdAt: last.run.createdAt, id: last.run.id };
      }
    }

    test('pages hold every run once, newest first, also where many began in the same millisecond', async () => {
      const { store } = subjectOf();
      const apart = await runsOf(5);
      const together = await runsOf(6, { run: { createdAt: isoAt(2) } });
      const seen = await allPages(store.history, 3);
      expect(seen.toSorted()).toEqual([...apart, ...together].map(({ run }) => run.id).toSorted());
      expect(seen.slice(0, 2)).toEqual([apart[4]?.run.id, apart[3]?.run.id]);
    });

    test('a filter gives what fits it and nothing else', async () => {
      const { store } = subjectOf();
      const [first, second] = await runsOf(2);
      const repo = { ...aRequest().repo, id: 99 };
      const [other] = await runsOf(1, { request: { repo, requester: { id: 5, login: 'rita', bot: false } } });
      const found = async (filter: Parameters<History['runs']>[1]): Promise<string[]> =>
        ids(await store.history.runs(FIRST_TENANT, filter, ALL));
      expect(await found({ repo: { provider: 'github', id: 99 } })).toEqual([other?.run.id]);
      expect(await found({ requester: { provider: 'github', id: 5 } })).toEqual([other?.run.id]);
      expect(await found({ requester: { provider: 'gitlab', id: 5 } })).toEqual([]);
      expect(await found({ requestId: first?.request.id ?? '' })).toEqual([first?.run.id]);
      expect(await found({ since: isoAt(1) })).toEqual([second?.run.id]);
      expect(new Set(await found({ until: isoAt(1) }))).toEqual(new Set([first?.run.id, other?.run.id]));
      await store.runs.advance(await claimed(store, { id: second?.run.id ?? '' }), { run: { status: 'running' } });
      expect(await found({ status: 'running' })).toEqual([second?.run.id]);
    });

    test('names stand for all runs of what ever had them, on the host that was named, in any case', async () => {
      const { store } = subjectOf();
      const { repo } = aRequest();
      const rita = { id: 5, login: 'Rita', bot: false };
      const [before] = await runsOf(1, { request: { repo: { ...repo, name: 'old' }, requester: rita } });
      const [after] = await runsOf(1, { request: { repo: { ...repo, name: 'new' } } });
      const gitlab = { ...repo, provider: 'gitlab' as const, name: 'NEW' };
      const [elsewhere] = await runsOf(1, { request: { repo: gitlab, requester: rita } });
      const [first = '', second = '', third = ''] = [before, after, elsewhere].map((made) => made?.run.id);
      const found = async (filter: Parameters<History['runs']>[1]): Promise<string[]> =>
        ids(await store.history.runs(FIRST_TENANT, filter, ALL)).toSorted();
      const these = (...some: string[]) => some.toSorted((one, other) => (one < other ? -1 : 1));
      expect(await found({ repoName: 'Octo/OLD' })).toEqual(these(first, second));
      expect(await found({ repoName: 'octo/new' })).toEqual(these(first, second, third));
      expect(await found({ repoName: 'octo/new', namesOf: 'gitlab' })).toEqual([third]);
      expect(await found({ repoName: 'octo/none' })).toEqual([]);
      expect(await found({ requesterLogin: 'rita' })).toEqual(these(first, third));
      expect(await found({ requesterLogin: 'rita', repoName: 'octo/old' })).toEqual([first]);
      expect(await found({ repo: { provider: 'github', id: repo.id }, repoName: 'octo/new' })).toEqual(
        these(first, second),
      );
      expect(await found({ source: 'gitlab' })).toEqual([third]);
      expect(await found({ source: 'github', status: 'queued' })).toEqual(these(first, second));
      expect(await found({ source: 'elsewhere' })).toEqual([]);
    });

    test('pages by a name that stands for several hold every run once, newest first', async () => {
      const { store } = subjectOf();
      const { repo } = aRequest();
      const made: string[] = [];
      for (let at = 0; at < 7; at += 1) {
        const createdAt = isoAt(at);
        const provider = at % 2 === 0 ? ('github' as const) : ('gitlab' as const);
        const { run } = await submitted(store, {
          request: { createdAt, repo: { ...repo, provider } },
          run: { createdAt },
        });
        made.push(run.id);
      }
      const seen: string[] = [];
      for (let after: HistoryPage['after'] = null; seen.length < made.length;) {
        const page = await store.history.runs(FIRST_TENANT, { repoName: 'octo/tool' }, { after, countMax: 2 });
        const last = page.at(-1)?.run;
        if (last === undefined) break;
        seen.push(...ids(page));
        after = { createdAt: last.createdAt, id: last.id };
      }
      expect(seen).toEqual(made.toReversed());
    });

    test('a tenant sees what is its own: other lists and ids are empty', async () => {
      const { store } = subjectOf();
      await store.tenants.add({ id: 'umbra', name: 'Umbra' });
      await store.tenants.own('umbra', { provider: 'github', id: 1 });
      const [ours] = await runsOf(1);
      const [theirs] = await runsOf(1, { request: { repo: { ...aRequest().repo, id: 1 } } });
      for (const [tenant, own, foreign] of [
        [FIRST_TENANT, ours, theirs],
        ['umbra', theirs, ours],
      ] as const) {
        expect(ids(await store.history.runs(tenant, {}, ALL))).toEqual([own?.run.id]);
        expect((await store.history.requests(tenant, ALL)).map(({ request }) => request.id)).toEqual([own?.request.id]);
        expect((await store.history.run(tenant, own?.run.id ?? ''))?.run.id).toBe(own?.run.id);
        expect(await store.history.run(tenant, foreign?.run.id ?? '')).toBeUndefined();
        expect(await store.history.request(tenant, foreign?.request.id ?? '')).toBeUndefined();
      }
    });

    test('a run is read with its diff, and lists know the size of it without reading it', async () => {
      const { store } = subjectOf();
      const [made] = await runsOf(1);
      const claim = await claimed(store, { id: made?.run.id ?? '' });
      const patch = new TextEncoder().encode('diff --git a/a b/a\n');
      await store.runs.advance(claim, {
        run: { status: 'succeeded', change: CHANGE },
        result: { patch, session: null },
      });
      const line = await store.history.run(FIRST_TENANT, claim.runId);
      expect(line && Buffer.from(line.diff ?? []).toString()).toBe('diff --git a/a b/a\n');
      const [listed] = await store.history.runs(FIRST_TENANT, {}, ALL);
      expect(listed).toMatchObject({ diffBytes: patch.byteLength, run: { change: CHANGE, status: 'succeeded' } });
      expect(ids(await store.history.changes(FIRST_TENANT, ALL))).toEqual([claim.runId]);
    });

    test('what is no id of anything is not there', async () => {
      const { history } = subjectOf().store;
      for (const id of ['', 'no-uuid', '00000000-0000-4000-8000-000000000000']) {
        expect(await history.run(FIRST_TENANT, id)).toBeUndefined();
        expect(await history.request(FIRST_TENANT, id)).toBeUndefined();
      }
    });
  });
}

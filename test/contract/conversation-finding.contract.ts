import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import { aDecision, delivered, eightTimes, keyOf, MONA, parked, processesOf, said } from './a-conversation.ts';
import { aRequest, claimed, submitted, type StoreSubjects } from './store-subject.ts';

const LATER = '2026-11-23T10:30:00.000Z';

/** What is promised about finding requests, and about what concerns whole requests. */
export function conversationFindingContract(subjectOf: StoreSubjects): void {
  const versionOf = async ({ id }: Pick<WorkRequest, 'id'>) =>
    (await subjectOf().store.runs.readRequest(id))?.request.version;

  describe('requests of a thread', () => {
    beforeEach(() => subjectOf().empty());

    test('the newest request of a thread is found with its newest run, in its own repository and host only', async () => {
      const { store } = subjectOf();
      const { conversations } = store;
      const first = await submitted(store);
      const { thread } = first.request;
      const second = await submitted(store, { request: { thread, createdAt: LATER } });
      const key = keyOf(first.request);
      const { request, run } = second;
      for (const which of ['open', 'any'] as const)
        expect(await conversations.find(key, which)).toEqual({ request, run });
      const foreign = [
        { ...key, repoId: key.repoId + 1 },
        { ...key, provider: 'gitlab' },
        { ...key, kind: 'pull' },
        { ...key, number: key.number - 1 },
      ] as const;
      for (const other of foreign) expect(await conversations.find(other, 'any')).toBeUndefined();
    });

    test('a request is found by its change, and an issue of that number is another thread', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const change = { number: 41, url: 'https://github.com/octo/tool/pull/41' };
      await store.runs.advance(await claimed(store, run), { run: { change } });
      const pull = { ...keyOf(request), kind: 'pull', number: 41 } as const;
      expect((await store.conversations.find(pull, 'open'))?.request.id).toBe(request.id);
      expect(await store.conversations.find({ ...pull, kind: 'issue' }, 'any')).toBeUndefined();
      expect(await store.conversations.find({ ...pull, repoId: pull.repoId + 1 }, 'any')).toBeUndefined();
    });

    test('what has ended is not open any more, and a review is no conversation', async () => {
      const { store } = subjectOf();
      const { conversations } = store;
      const { request, run } = await submitted(store);
      const key = keyOf(request);
      const review = { task: { ...run.task, kind: 'review' as const } };
      const reviewed = await submitted(store, { request: { thread: request.thread, createdAt: LATER }, run: review });
      expect((await conversations.find(key, 'open'))?.request.id).toBe(request.id);
      expect((await conversations.find(key, 'any'))?.request.id).toBe(reviewed.request.id);
      await conversations.end(request.id, 'closed');
      expect(await conversations.find(key, 'open')).toBeUndefined();
      await conversations.end(request.id, null);
      expect((await conversations.find(key, 'open'))?.request.id).toBe(request.id);
    });

    test('a request is found by its key, its run’s and its progress comment of that host, and by nothing else', async () => {
      const { store } = subjectOf();
      const { conversations } = store;
      const { request, run } = await submitted(store);
      const found = { request, run };
      expect(await conversations.findByKey({ key: request.id })).toEqual(found);
      expect(await conversations.findByKey({ key: run.id })).toEqual(found);
      for (const key of [randomUUID(), 'not a key', '', `${request.id}'`])
        expect(await conversations.findByKey({ key })).toBeUndefined();
      for (const [kind, externalId] of [
        ['comment', '900'],
        ['reply', '901'],
      ] as const) {
        await store.effects.plan(request.id, kind);
        await store.effects.markSent({ subjectId: request.id, kind });
        await store.effects.confirm({ subjectId: request.id, kind }, { externalId, url: 'https://x.test' });
      }
      expect(await conversations.findByKey({ provider: 'github', commentId: '900' })).toEqual(found);
      expect(await conversations.findByKey({ provider: 'gitlab', commentId: '900' })).toBeUndefined();
      expect(await conversations.findByKey({ provider: 'github', commentId: '901' })).toBeUndefined();
    });

    test('a delivery was seen once it made a request, words, a decision or an allowed host, and not before', async () => {
      const { store } = subjectOf();
      const { conversations } = store;
      const { delivery, request, run } = await submitted(store);
      await parked(store, run);
      const [words, decision, host, nothing] = [
        await delivered(store),
        await aDecision(store, run),
        await delivered(store),
        await delivered(store),
      ];
      for (const id of [words, decision.deliveryId, host, nothing]) expect(await conversations.seen(id)).toBe(false);
      const message = await said(store, request);
      await conversations.say(words, { ...message, id: randomUUID() }, []);
      await conversations.decide(decision, []);
      await conversations.allowHost({
        repo: request.repo,
        requestId: null,
        host: 'a.test',
        by: MONA,
        deliveryId: host,
      });
      for (const id of [delivery.id, words, decision.deliveryId, host]) expect(await conversations.seen(id)).toBe(true);
      expect(await conversations.seen(nothing)).toBe(false);
    });

    test('ending a request shows once, also when it is ended eight times at once, and it can be opened again', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      await eightTimes(processesOf(subjectOf()), (one) => one.conversations.end(request.id, 'merged', 'DONE'));
      const read = async () => (await store.runs.readRequest(request.id))?.request;
      expect(await read()).toMatchObject({ ended: 'merged', state: 'DONE', version: 2 });
      await store.conversations.end(request.id, null);
      expect(await read()).toMatchObject({ ended: null, state: 'DONE', version: 3 });
      await store.conversations.end(randomUUID(), 'closed');
      expect(await versionOf(request)).toBe(3);
    });

    test('requests of a repository or an installation are told, open ones or those we lost, and no foreign ones', async () => {
      const { store } = subjectOf();
      const { conversations } = store;
      const { repo } = aRequest();
      const beside = { ...repo, id: repo.id + 1 };
      const own = await submitted(store);
      const ended = await submitted(store);
      const lost = await submitted(store);
      const near = await submitted(store, { request: { repo: beside, createdAt: LATER } });
      await submitted(store, { request: { repo: { ...repo, provider: 'gitlab' } } });
      await submitted(store, { request: { repo: { ...beside, installationId: repo.installationId + 1 } } });
      await conversations.end(ended.request.id, 'closed');
      await conversations.end(lost.request.id, 'access-lost');
      const { provider, installationId } = repo;
      const ids = async (...of: Parameters<typeof conversations.allOf>) =>
        (await conversations.allOf(...of)).map(({ request }) => request.id);
      expect(await ids({ provider, repoId: repo.id }, 'open')).toEqual([own.request.id]);
      expect(await ids({ provider, repoId: repo.id }, 'access-lost')).toEqual([lost.request.id]);
      expect(await ids({ provider, installationId }, 'open')).toEqual([own.request.id, near.request.id]);
      expect(await ids({ provider: 'gitlab', repoId: beside.id }, 'open')).toEqual([]);
    });

    test('a host is allowed for its request or its repository, once per delivery, and nowhere else', async () => {
      const { store } = subjectOf();
      const { conversations } = store;
      const { request } = await submitted(store);
      const sibling = await submitted(store);
      const { repo } = request;
      const foreign = await submitted(store, { request: { repo: { ...repo, id: repo.id + 1 } } });
      const otherHost = await submitted(store, { request: { repo: { ...repo, provider: 'gitlab' } } });
      const once = { repo, requestId: request.id, host: 'once.test', by: MONA, deliveryId: await delivered(store) };
      await eightTimes(processesOf(subjectOf()), (one) => one.conversations.allowHost(once));
      await conversations.allowHost({ ...once, host: 'again.test' });
      const always = { ...once, requestId: null, host: 'always.test', deliveryId: await delivered(store) };
      await conversations.allowHost(always);
      await conversations.allowHost({ ...once, host: 'always.test', deliveryId: await delivered(store) });
      expect(await conversations.allowedHosts(request)).toEqual(['always.test', 'once.test']);
      expect(await conversations.allowedHosts(sibling.request)).toEqual(['always.test']);
      for (const one of [foreign, otherHost]) expect(await conversations.allowedHosts(one.request)).toEqual([]);
    });

    test('a renamed or transferred repository has its new names in all its requests, and no other has them', async () => {
      const { store } = subjectOf();
      const own = [await submitted(store), await submitted(store)];
      const { repo } = aRequest();
      const foreign = [
        await submitted(store, { request: { repo: { ...repo, id: repo.id + 1 } } }),
        await submitted(store, { request: { repo: { ...repo, provider: 'gitlab' } } }),
      ];
      await store.conversations.end(own[0]?.request.id ?? '', 'closed');
      const moved = { ...repo, owner: 'o’hara/sub', name: 'new', installationId: 9 };
      for (let twice = 0; twice < 2; twice += 1) await store.conversations.rename(moved);
      const repoOf = async ({ request }: { request: WorkRequest }) =>
        (await store.runs.readRequest(request.id))?.request.repo;
      for (const one of own) expect(await repoOf(one)).toEqual(moved);
      for (const one of foreign) expect(await repoOf(one)).toEqual(one.request.repo);
    });
  });
}

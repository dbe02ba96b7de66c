import { createHash, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { CallKey } from '#core/ports/access/api-calls.ts';
import type { RepositoryLink } from '#core/ports/access/tenants.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import { said } from './a-conversation.ts';
import { aRequest, submitted, type StoreSubjects } from './store-subject.ts';

const REPO = aRequest().repo;
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

function aLink(same: Partial<RepositoryLink> = {}) {
  const link = { id: randomUUID(), tenantId: FIRST_TENANT, repo: REPO, approval: 'publish', createdBy: 'ada' } as const;
  return { ...link, ...same };
}

/** What the API was asked, as a request. */
function byApi(same: Partial<WorkRequest> = {}): Partial<WorkRequest> {
  const call = { linkId: randomUUID(), source: 'direct_user', sender: 'ada@example.com' };
  return { thread: null, trigger: null, call, requester: { id: -7, login: 'ada', bot: false }, ...same };
}

/** What keeping links of repositories promises. */
function repositoryLinks(subjectOf: StoreSubjects): void {
  test('a link is listed and read by its tenant, and is there once', async () => {
    const { links, tenants } = subjectOf().store;
    await tenants.add({ id: 'umbra', name: 'Umbra' });
    const link = aLink();
    expect(await links.add(link)).toBe('added');
    expect(await links.add(link)).toBe('added');
    expect(await links.add(aLink())).toBe('exists');
    expect(await links.find(FIRST_TENANT, link.id)).toMatchObject(link);
    expect(await links.list(FIRST_TENANT, 10)).toMatchObject([link]);
    expect(await links.find('umbra', link.id)).toBeUndefined();
    expect(await links.list('umbra', 10)).toEqual([]);
    expect(await links.remove('umbra', link.id)).toBe(false);
    expect(await links.remove(FIRST_TENANT, 'no uuid')).toBe(false);
    expect(await links.remove(FIRST_TENANT, link.id)).toBe(true);
    expect(await links.find(FIRST_TENANT, link.id)).toBeUndefined();
  });

  test('nobody links what belongs to another tenant, and a link ends with what it was made for', async () => {
    const { links, tenants } = subjectOf().store;
    await tenants.add({ id: 'umbra', name: 'Umbra' });
    expect(await links.add(aLink({ tenantId: 'umbra' }))).toBe('foreign');
    const link = aLink();
    await links.add(link);
    await tenants.own('umbra', REPO);
    expect(await links.find(FIRST_TENANT, link.id)).toBeUndefined();
    expect(await links.list(FIRST_TENANT, 10)).toEqual([]);
    expect(await links.add(aLink({ tenantId: 'umbra' }))).toBe('added');
  });

  test('a link follows its repository to a new name', async () => {
    const { links, conversations } = subjectOf().store;
    const link = aLink();
    await links.add(link);
    await conversations.rename({ ...REPO, owner: 'new', name: 'name' });
    expect((await links.find(FIRST_TENANT, link.id))?.repo).toMatchObject({ owner: 'new', name: 'name', id: REPO.id });
  });
}

/** What requests and words without a thread promise. */
function withoutThread(subjectOf: StoreSubjects): void {
  test('a request and words of the API are read back as they were written, and wait for no other request', async () => {
    const { store } = subjectOf();
    const [one, other] = [await submitted(store, { request: byApi() }), await submitted(store, { request: byApi() })];
    expect((await store.runs.readRequest(one.request.id))?.request).toEqual(one.request);
    expect(await store.conversations.ahead(other.run.id)).toBe(0);
    expect(await store.runs.claim(other.run.id, { holder: 'w', silentMs: 60_000 })).toBeDefined();
    const { delivery } = await submitted(store);
    const message = {
      ...{ id: randomUUID(), requestId: one.request.id, actor: one.request.requester, thread: null, trigger: null },
      ...{ text: '  more\n', fix: false, createdAt: '2026-11-23T11:00:00.000Z' },
    };
    expect(await store.conversations.say(delivery.id, message, [])).toBe('recorded');
    expect(await store.conversations.waiting(one.request.id)).toEqual([message]);
    expect(await store.conversations.unacknowledged(one.request.id)).toEqual([]);
  });

  test('its runs count for the person and the repository, and in the thread of its change', async () => {
    const { store } = subjectOf();
    const { run, request } = await submitted(store, {
      request: byApi(),
      run: { createdAt: new Date().toISOString(), change: { number: 31, url: 'https://host/31' } },
    });
    expect(run.requestId).toBe(request.id);
    const where = { provider: REPO.provider, repoId: REPO.id };
    const counted = { threadHour: 0, personDay: 1, repositoryDay: 1 };
    expect(await store.conversations.count({ thread: where, actorId: -7 })).toEqual(counted);
    const change = { ...where, kind: 'pull', number: 31 } as const;
    expect(await store.conversations.count({ thread: change, actorId: -7 })).toEqual({ ...counted, threadHour: 1 });
    expect((await store.conversations.find(change, 'open'))?.request.id).toBe(request.id);
    expect(await store.conversations.changeOf(request.id)).toEqual({ number: 31, url: 'https://host/31' });
    expect(await store.conversations.changeOf(randomUUID())).toBeUndefined();
  });

  test('what came with words is kept in order, once, and shown with the request', async () => {
    const { attachments, history } = subjectOf().store;
    const { request } = await submitted(subjectOf().store, { request: byApi() });
    const pictures = ['a.png', 'b.png'].map((name, at) => ({
      ...{ name, contentType: 'image/png', bytes: new Uint8Array([0, 255, at]) },
    }));
    const subject = { id: request.id, tenantId: FIRST_TENANT };
    await attachments.keep(subject, pictures);
    await attachments.keep(subject, pictures);
    const kept = await attachments.of(request.id);
    expect(kept.map(({ name, bytes }) => [name, [...bytes]])).toEqual([
      ['a.png', [0, 255, 0]],
      ['b.png', [0, 255, 1]],
    ]);
    expect(await attachments.of(randomUUID())).toEqual([]);
    const shown = await history.attachments(FIRST_TENANT, [request.id, randomUUID()]);
    expect((await history.attachments('umbra', [request.id])).size).toBe(0);
    expect([...shown.keys()]).toEqual([request.id]);
    expect(shown.get(request.id)?.map(({ name }) => name)).toEqual(['a.png', 'b.png']);
    expect(await history.hasRequest(FIRST_TENANT, request.id)).toBe(true);
    expect(await history.hasRequest('umbra', request.id)).toBe(false);
    expect(await history.hasRequest(FIRST_TENANT, 'no uuid')).toBe(false);
  });

  test('a name that no database can hold is kept as it can, and sizes are summed over a request and its words', async () => {
    const { store } = subjectOf();
    const { request } = await submitted(store);
    const message = await said(store, request);
    const picture = { name: 'a\u0000.png', contentType: 'image/png', bytes: new Uint8Array(300) };
    for (const id of [request.id, message.id, randomUUID()])
      await store.attachments.keep({ id, tenantId: FIRST_TENANT }, [picture]);
    expect((await store.attachments.of(request.id)).map(({ name }) => name)).toEqual(['a\ufffd.png']);
    expect(await store.attachments.sizeOf(request.id)).toBe(600);
    expect(await store.attachments.sizeOf(randomUUID())).toBe(0);
    const { delivery } = await submitted(store);
    await store.inbox.settle(delivery.id, 'refused: a\u0000b');
    expect(await store.inbox.outcomeOf(delivery.id)).toBe('refused: a\ufffdb');
  });

  test('what became of a delivery is told once it is settled', async () => {
    const { store } = subjectOf();
    const { delivery } = await submitted(store);
    expect(await store.inbox.outcomeOf(delivery.id)).toBeUndefined();
    await store.inbox.settle(delivery.id, 'done');
    expect(await store.inbox.outcomeOf(delivery.id)).toBe('done');
    expect(await store.inbox.outcomeOf(randomUUID())).toBeUndefined();
  });
}

/** What answering once promises. */
function answeredOnce(subjectOf: StoreSubjects): void {
  const aCall = (same: Partial<CallKey> = {}): CallKey => ({
    ...{ tenantId: FIRST_TENANT, keySha256: sha(randomUUID()), fingerprint: sha('this') },
    ...same,
  });
  const answer = { status: 201, headers: { location: '/api/x/' }, body: '{"é":1}' };

  test('of calls with one key at the same moment one begins, and later ones get its answer', async () => {
    const { idempotentCalls } = subjectOf().store;
    const call = aCall();
    const begun = await Promise.all([1, 2, 3].map(() => idempotentCalls.begin(call)));
    expect(begun).toEqual(expect.arrayContaining(['begun', 'under-way']));
    expect(begun.filter((one) => one === 'begun')).toHaveLength(1);
    await idempotentCalls.answer(call, answer);
    expect(await idempotentCalls.begin(call)).toEqual(answer);
    expect(await idempotentCalls.begin({ ...call, fingerprint: sha('that') })).toBe('other');
  });

  test('keys are the tenant’s own, and what was forgotten begins anew', async () => {
    const { idempotentCalls, tenants } = subjectOf().store;
    await tenants.add({ id: 'umbra', name: 'Umbra' });
    const call = aCall();
    await idempotentCalls.begin(call);
    expect(await idempotentCalls.begin({ ...call, tenantId: 'umbra' })).toBe('begun');
    await idempotentCalls.forget(call);
    expect(await idempotentCalls.begin(call)).toBe('begun');
    await idempotentCalls.answer(call, { ...answer, body: null });
    await idempotentCalls.forget(call);
    expect(await idempotentCalls.begin(call)).toEqual({ ...answer, body: null });
  });
}

/** What the store promises to the API’s writes. */
export function writesContract(subjectOf: StoreSubjects): void {
  describe('writes of the API', () => {
    beforeEach(() => subjectOf().empty());
    repositoryLinks(subjectOf);
    withoutThread(subjectOf);
    answeredOnce(subjectOf);
  });
}

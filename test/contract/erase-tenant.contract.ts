import { createHash, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RepoRef } from '#core/domain/host/repo.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { Store } from '#core/ports/store.ts';
import { grouped } from './incidents.contract.ts';
import { aCall } from './a-call.ts';
import { aDecision, delivered, parked, said, settledAs } from './a-conversation.ts';
import { aDelivery, aRequest, claimed, drained, submitted, type StoreSubject } from './store-subject.ts';

/** A store under test whose tables can be counted. */
export interface CountableSubject extends StoreSubject {
  /** Names of all tables of our schema. */
  tables(): Promise<readonly string[]>;
  rowsOf(table: string): Promise<number>;
}

/** Tables that belong to nobody, each with the reason. Whatever else there is must go with its tenant. */
const NOBODYS: Readonly<Record<string, string>> = {
  _prisma_migrations: 'which migrations were applied',
  healing: 'up to when deliveries of a whole host were compared',
  listening: 'when a whole host is asked for its repositories again',
  missed_delivery: 'numbers of deliveries that never arrived, by which nobody is known',
  write_budget: 'moments at which an installation made something',
  process_note: 'how processes are set up',
  logout_notice: 'logout tokens that were obeyed, by which nobody is known',
};

/** A delivery about a repository, of which nothing came. */
async function ignored(store: Store, id: number) {
  const delivery = aDelivery({ body: Buffer.from(`{"repository":{"id":${id},"private":true}}`) });
  await store.inbox.record(delivery);
  await store.inbox.settle(delivery.id, 'ignored');
  await drained(store);
  return delivery;
}

/** A call of a client of the tenant that came to nothing. */
async function refusedCall(store: Store, tenantId: string) {
  const body = Buffer.from(JSON.stringify({ kind: 'request', tenant_id: tenantId, prompt: 'do this' }));
  const delivery = aDelivery({ provider: 'api', body });
  await store.inbox.record(delivery);
  await store.inbox.settle(delivery.id, 'refused');
  return delivery;
}

/** A settled run with all that a run can have. */
async function fullRun(store: Store, repo: RepoRef) {
  const { request, run } = await submitted(store, { request: { repo } });
  await said(store, request);
  await store.modelCalls.recordCall(aCall(run.id));
  await parked(store, run);
  await store.conversations.decide(await aDecision(store, run), []);
  const patch = new TextEncoder().encode('diff');
  await store.runs.advance(await claimed(store, run), {
    run: { status: 'succeeded' },
    result: { patch, session: null },
  });
  return request;
}

/** Something in every table, of the tenant that repository `id` belongs to. */
async function fill(store: Store, tenantId: string, id: number): Promise<void> {
  const repo = { ...aRequest().repo, id, owner: `owner-${id}` };
  const request = await fullRun(store, repo);
  const deliveryId = await delivered(store);
  await store.conversations.allowHost({ repo, requestId: null, host: 'a.example', by: request.requester, deliveryId });
  await store.heard.hear(
    { provider: repo.provider, repoId: id, kind: 'comment', externalId: '1' },
    await delivered(store),
  );
  await store.listening.name([repo]);
  const incident = await grouped(store, { keys: [`key-${id}`], tenantId });
  const about = { act: 'propose', bound: { requests: 9, minutes: 9 }, now: incident.createdAt } as const;
  await store.incidents.begin(incident, about);
  await store.incidents.note(incident.id, { requestId: request.id });
  const effects = new Map([
    [request.id, `https://git.example/${repo.owner}/${repo.name}/issues/1#issuecomment-1`],
    [randomUUID(), `https://api.git.example/repos/${repo.owner}/${repo.name}/check-runs/1`],
  ]);
  for (const [subjectId, url] of effects)
    await store.effects.confirm({ subjectId, kind: 'reply' }, { externalId: '1', url });
  const key = { id: randomUUID(), tenantId, owner: 'ada', ownerId: null, name: 'k', preview: 'af_', expiresAt: null };
  const hash = createHash('sha256').update(tenantId).digest('hex');
  await store.apiKeys.add({ ...key, scopes: ['read'] }, hash);
  const person = {
    id: randomUUID(),
    tenantId,
    name: 'Ada',
    role: 'observer',
    issuer: null,
    subject: 'ada',
    sid: null,
  } as const;
  await store.userSessions.open(person, hash, 3_600);
  await store.signInLinks.put(tenantId, hash, 900);
  const link = { id: randomUUID(), tenantId, repo, approval: 'publish', createdBy: 'ada' } as const;
  await store.links.add(link);
  await store.idempotentCalls.begin({ tenantId, keySha256: hash, fingerprint: hash });
  const picture = { name: 'a.png', contentType: 'image/png', bytes: new Uint8Array([1]) };
  await store.attachments.keep({ id: request.id, tenantId }, [picture]);
}

/** What deleting a tenant promises. */
export function eraseTenantContract(subjectOf: () => CountableSubject): void {
  describe('deleting a tenant', () => {
    beforeEach(async () => {
      const { store, empty } = subjectOf();
      await empty();
      for (const [tenant, id] of [
        ['umbra', 1],
        ['wonder', 2],
      ] as const) {
        await store.tenants.add({ id: tenant, name: tenant });
        await store.tenants.own(tenant, { provider: 'github', id });
      }
    });

    test('every table is either emptied of it or known to belong to nobody', async () => {
      const subject = subjectOf();
      const { store } = subject;
      const covered = [...(await store.tenants.count('umbra')).map(({ table }) => table), 'delivery'];
      const known = [...covered, ...Object.keys(NOBODYS)];
      expect(known.toSorted()).toEqual((await subject.tables()).toSorted());
    });

    test('goes through every table: all of one is gone, all of the other is there', async () => {
      const subject = subjectOf();
      const { store } = subject;
      const counts = async (): Promise<Map<string, number>> => {
        const tables = (await subject.tables()).filter((table) => NOBODYS[table] === undefined);
        return new Map(await Promise.all(tables.map(async (table) => [table, await subject.rowsOf(table)] as const)));
      };
      for (const id of [1, 2]) await ignored(store, id);
      const empty = await counts();
      await fill(store, 'wonder', 2);
      const other = await counts();
      await fill(store, 'umbra', 1);
      const both = await counts();
      for (const [table, count] of both)
        if (!table.startsWith('tenant')) expect(count, table).toBeGreaterThan(other.get(table) ?? 0);
      const foretold = await store.tenants.count('umbra');
      const erased = await store.tenants.erase('umbra');
      const after = await counts();
      const expected = new Map(other);
      for (const table of ['tenant', 'tenant_repository']) expected.set(table, (empty.get(table) ?? 0) - 1);
      expect(after).toEqual(expected);
      for (const { table, rows } of foretold) expect(erased).toContainEqual({ table, rows });
      expect(await store.tenants.read('umbra')).toBeUndefined();
      expect(await store.tenants.read('wonder')).toBeDefined();
    });

    test('bodies that tell of its repositories are emptied, and those of others are not', async () => {
      const subject = subjectOf();
      const { store } = subject;
      const deliveries = [await ignored(store, 1), await ignored(store, 2)];
      const [ours, theirs] = [await refusedCall(store, 'umbra'), await refusedCall(store, 'umbra-2')] as const;
      await store.tenants.erase('umbra');
      expect((await store.inbox.read(ours.id))?.delivery.body).toHaveLength(0);
      expect((await store.inbox.read(theirs.id))?.delivery.body).toHaveLength(theirs.body.length);
      const bodies = await Promise.all(
        deliveries.map(async ({ id }) => (await store.inbox.read(id))?.delivery.body.length),
      );
      expect(bodies).toEqual([0, deliveries[1]?.body.length]);
    });

    test('is refused while a run of it is under way, and nothing is gone then', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store, { request: { repo: { ...aRequest().repo, id: 1 } } });
      await expect(store.tenants.erase('umbra')).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.history.request('umbra', request.id)).toBeDefined();
      await expect(store.tenants.erase('nobody')).rejects.toMatchObject({ code: 'missing' });
    });

    test('of the first tenant the entry stays, so that new requests have where to go', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      await settledAs(store, run);
      await store.tenants.erase(FIRST_TENANT);
      expect(await store.history.run(FIRST_TENANT, run.id)).toBeUndefined();
      await submitted(store);
      expect(await store.history.runs(FIRST_TENANT, {}, { after: null, countMax: 10 })).toHaveLength(1);
    });
  });
}

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ApiCall } from '#core/contracts/api-call.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { readRepositoryConfig } from '#core/usecases/config/read-repository-config.ts';
import { handleInbound } from '#core/usecases/intake/handle-inbound.ts';
import { placeCall } from '#core/usecases/request/place-call.ts';
import { parked, settledAs, SUBJECT } from '../../../../contract/a-conversation.ts';
import { emptyStore } from '../../../../prisma/empty-store.ts';
import { HEAD, openCommandScene, REPO, type CommandScene } from '../command/command-scene.ts';

const ADA = { id: -5, login: 'ada', bot: false } as const;
const GRACE = { id: -6, login: 'grace', bot: false } as const;
type Body = ApiCall extends infer Call ? (Call extends ApiCall ? Omit<Call, 'id' | 'tenant_id' | 'by'> : never) : never;

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene({ quotas: { threadHour: 5, personDay: 3, repositoryDay: 5 } });
});
beforeEach(() => emptyStore(scene.opened));
afterAll(() => scene[Symbol.asyncDispose]());

/** Places a call as the app does and has the workers do it; gives what the record says became of it. */
async function call(body: Body, { by = ADA, id = randomUUID() }: { by?: ApiCall['by']; id?: string } = {}) {
  const { store } = scene.opened;
  const placed = { id, tenant_id: FIRST_TENANT, by, ...body };
  await placeCall({ store, runtime: scene.deps.runtime, callWaitMs: 0 }, placed);
  await handleInbound({ ...scene.deps, store }, id);
  return { id, outcome: await store.inbox.outcomeOf(id) };
}

const link = (same: { repository?: string } = {}) =>
  call({ kind: 'link', provider: 'github', repository: 'acme/tools', approval: 'none', ...same });

async function ask(linkId: string, same: Partial<Extract<ApiCall, { kind: 'request' }>> = {}) {
  const requestId = randomUUID();
  const words = { prompt: '  fix it\n\n\tplease ', source: 'direct_user', sender: '' };
  const body = {
    kind: 'request' as const,
    request_id: requestId,
    link_id: linkId,
    ...words,
    options: {},
    pictures: [],
  };
  return { requestId, ...(await call({ ...body, ...same })) };
}

const standing = (requestId: string) => scene.opened.store.runs.readRequest(requestId);

test('a repository is linked that the host lets us work in, and no other', async () => {
  const { id, outcome } = await link();
  expect(outcome).toBe('done');
  expect((await scene.opened.store.links.find(FIRST_TENANT, id))?.repo).toEqual(REPO);
  expect((await link()).outcome).toBe('refused non_field_errors: There is a link to this repository already.');
  expect((await link({ repository: 'acme/other' })).outcome).toMatch(
    /^refused repository: acme\/other cannot be reached/,
  );
});

test('a request begins at the default branch with its words as they were, and once for one call', async () => {
  const { id: linkId } = await link();
  const { requestId, id, outcome } = await ask(linkId, { options: { llm_model: 'n', reasoning_effort: 'low' } });
  expect(outcome).toBe('done');
  await handleInbound(scene.deps, id);
  const { request, run } = (await standing(requestId)) ?? {};
  expect(request).toMatchObject({
    ...{ prompt: '  fix it\n\n\tplease ', thread: null, trigger: null, requester: ADA, repo: REPO },
    ...{ base: { ref: 'main', sha: HEAD }, call: { linkId, source: 'direct_user', sender: '' } },
  });
  expect(run?.task).toMatchObject({ approval: 'none', options: { model: 'n', reasoningEffort: 'low' } });
});

test('without a link of the tenant, with an id that is taken or above a quota nothing begins', async () => {
  expect((await ask(randomUUID())).outcome).toMatch(/^refused project_id: /);
  const { id: linkId } = await link();
  const { requestId } = await ask(linkId);
  expect((await ask(linkId, { request_id: requestId })).outcome).toMatch(/^refused id: /);
  await ask(linkId);
  await ask(linkId);
  expect((await ask(linkId)).outcome).toMatch(/^refused tenant_id: 3 runs were begun by ada \(REST API\) within a day/);
});

test('further words wait for the next run of the request, and come with their pictures', async () => {
  const { requestId } = await ask((await link()).id);
  const picture = { name: 'a.png', content_type: 'image/png', base64: btoa('\x89PNG') };
  const body = { kind: 'follow-up' as const, request_id: requestId, message: ' and more\n', pictures: [picture] };
  const { id, outcome } = await call(body);
  expect(outcome).toBe('done');
  const waiting = await scene.opened.store.conversations.waiting(requestId);
  expect(waiting).toMatchObject([{ id, text: ' and more\n', actor: ADA, thread: null }]);
  const [kept] = await scene.opened.store.attachments.of(id);
  expect([...(kept?.bytes ?? [])]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  await scene.opened.store.conversations.end(requestId, 'closed');
  expect((await call(body)).outcome).toMatch(/^refused: That request is over/);
});

test('a run that did not succeed is done once more, and one under way is not', async () => {
  const { requestId } = await ask((await link()).id);
  const first = (await standing(requestId))?.run;
  const again = { kind: 'execute', request_id: requestId, options: { reasoning_effort: 'high' } } as const;
  expect((await call(again)).outcome).toMatch(/^refused: It is still under way/);
  await settledAs(scene.opened.store, { id: first?.id ?? '' }, 'failed');
  expect((await call(again)).outcome).toBe('done');
  const next = (await standing(requestId))?.run;
  expect(next?.id).not.toBe(first?.id);
  expect(next?.task.options).toEqual({ reasoningEffort: 'high' });
});

test('somebody else than who asked approves, with whichever key', async () => {
  const { requestId } = await ask((await link()).id);
  const read = await readRepositoryConfig(scene.deps, REPO);
  const policyVersion = read.kind === 'config' ? read.version : '';
  const run = (await standing(requestId))?.run;
  await parked(scene.opened.store, { id: run?.id ?? '' }, { ...SUBJECT, policyVersion });
  const approve = { kind: 'approve', request_id: requestId } as const;
  expect((await call(approve)).outcome).toMatch(
    /^refused: ada \(REST API\) asked for this, and nobody approves their own/,
  );
  expect((await call(approve, { by: GRACE })).outcome).toBe('done');
  expect((await standing(requestId))?.run).toMatchObject({ status: 'queued', approved: { by: GRACE } });
  expect((await call(approve, { by: GRACE })).outcome).toMatch(/^refused: Nothing of mine waits/);
});

test('a host that claims to speak for a caller of the API is not heard', async () => {
  const { outcome } = await scene.say('@astraforge write a.txt', { actor: ADA });
  expect(outcome).toBe('ignored: not an account of the host');
});

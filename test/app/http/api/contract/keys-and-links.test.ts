import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiKeyView, MadeApiKey } from '#core/contracts/http/api-keys.ts';
import { RepositoryLinkView } from '#core/contracts/http/repository-links.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { aRequest } from '../../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from '../api-scene.ts';
import { decides } from '../decides.ts';

/** Sections 1.7 and 1.8 of the contract that clients of the reference product know: keys, and links of repositories. */

const Fields = z.record(z.string(), z.array(z.string().min(1)).min(1));
/** What the contract allows a revoked key, and what we allow one that expired. */
const GONE_WITHIN_MS = 5_000;

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene({ callWaitMs: 10_000 });
  ({ key } = await scene.keyFor(['admin']));
  await scene.opened.store.tenants.add({ id: 'umbra', name: 'Umbra' });
});
afterAll(() => scene[Symbol.asyncDispose]());

const post = (path: string, body: unknown) =>
  scene.call(path, key, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const remove = (path: string, by = key) => scene.call(path, by, { method: 'DELETE' });
const made = async (body: object) => MadeApiKey.parse(await (await post('/api-keys/', body)).json());
const listed = async () => z.array(ApiKeyView).parse(await (await scene.call('/api-keys/', key)).json());
const knows = async (raw: string) => (await scene.call('/me', raw)).status;

async function refusedWithin(raw: string, since: number): Promise<void> {
  await expect.poll(() => knows(raw), { timeout: 10_000, interval: 50 }).toBe(401);
  expect(performance.now() - since).toBeLessThan(GONE_WITHIN_MS);
}

describe('an API key', () => {
  it('has the fields that clients know, is listed newest first without its secret, and stays listed when it is revoked', async () => {
    const one = await made({ name: ' first ' });
    const two = await made({ name: 'second', scopes: ['run', 'read', 'run'], expires_in_days: 1 });
    const { key: secret, ...view } = one;
    expect(view).toMatchObject({ name: 'first', last_used_at: null, expires_at: null, is_active: true });
    expect([view.scopes, two.scopes]).toEqual([
      ['read', 'run', 'sandbox'],
      ['run', 'read'],
    ]);
    const life = Date.parse(two.expires_at ?? '') - Date.parse(two.created_at);
    expect(Math.abs(life - 86_400_000)).toBeLessThan(60_000);
    const answer = await scene.call('/api-keys/', key);
    const text = await answer.text();
    for (const raw of [secret, two.key]) expect(text).not.toContain(raw);
    expect(text).not.toContain('"key"');
    expect((await listed()).slice(0, 2)).toEqual([two, one].map((each) => ApiKeyView.parse(each)));
    expect(await knows(secret)).toBe(200);
    expect((await remove(`/api-keys/${one.id}/`)).status).toBe(204);
    const revoked = (await listed()).find(({ id }) => id === one.id);
    expect(revoked).toMatchObject({ is_active: false, last_used_at: expect.any(String) });
  });

  it.each<[string, object, string]>([
    ['no name', {}, 'name'],
    ['a name of white space', { name: ' ' }, 'name'],
    ['a name above 255 characters', { name: 'x'.repeat(256) }, 'name'],
    ['no scope', { name: 'x', scopes: [] }, 'scopes'],
    ['a scope that is none', { name: 'x', scopes: ['read', 'write'] }, 'scopes'],
    ['a life of no day', { name: 'x', expires_in_days: 0 }, 'expires_in_days'],
    ['half a day', { name: 'x', expires_in_days: 0.5 }, 'expires_in_days'],
    ['more than ten years', { name: 'x', expires_in_days: 3_651 }, 'expires_in_days'],
  ])('is not made with %s', async (_, body, field) => {
    const answer = await post('/api-keys/', body);
    expect(answer.status).toBe(400);
    expect(Object.keys(Fields.parse(await answer.json()))).toEqual([field]);
  });

  it('may have a name of 255 characters, and one that no database holds', async () => {
    expect((await made({ name: 'x'.repeat(255) })).name).toHaveLength(255);
    expect((await made({ name: 'a\u0000b' })).name).toBe('a\ufffdb');
  });

  it('is refused within 5 s of its revocation, whoever revokes it twice', async () => {
    const { id, key: raw } = await made({ name: 'revoked' });
    expect(await knows(raw)).toBe(200);
    expect((await remove(`/api-keys/${id}`)).status).toBe(204);
    await refusedWithin(raw, performance.now());
    expect((await remove(`/api-keys/${id}/`)).status).toBe(204);
  });

  it('is refused from its end on, and is shown as not active', async () => {
    const { id, key: raw } = await made({ name: 'short', expires_in_days: 1 });
    expect(await knows(raw)).toBe(200);
    await scene.sql(`update api_key set expires_at = now() + interval '1 second' where id = '${id}'`);
    await refusedWithin(raw, performance.now());
    expect((await listed()).find((one) => one.id === id)).toMatchObject({ is_active: false });
  });

  it('of another tenant is neither seen nor revoked', async () => {
    const { id, key: raw } = await made({ name: 'ours' });
    const { key: foreign } = await scene.keyFor(['admin'], 'umbra');
    expect(await (await scene.call('/api-keys', foreign)).text()).not.toContain(id);
    for (const gone of [id, randomUUID()]) expect((await remove(`/api-keys/${gone}/`, foreign)).status).toBe(404);
    expect(await knows(raw)).toBe(200);
  });
});

describe('a repository link', () => {
  const NEW = { provider: 'github', repository: 'octo/tool' };
  const { repo } = aRequest();

  /** Stands for the workers, who have found the repository on its host. */
  const links = () =>
    decides(scene, 'done', async (call) => {
      if (call.kind !== 'link') throw new Error(`not a link: ${call.kind}`);
      const { id, approval, by } = call;
      await scene.opened.store.links.add({ id, tenantId: FIRST_TENANT, repo, approval, createdBy: by.login });
    });

  it('has the fields that clients know and no credential, is read and listed, and is gone once', async () => {
    const [answer] = await Promise.all([
      post('/repository-links/', { ...NEW, base_url: '', access_token: '' }),
      links(),
    ]);
    expect(answer.status).toBe(201);
    const link = RepositoryLinkView.parse(await answer.json());
    expect(answer.headers.get('location')).toBe(`/api/repository-links/${link.id}/`);
    expect(link).toMatchObject({ ...NEW, base_url: 'https://github.example', approval: 'publish', created_by: 'ada' });
    expect(await (await scene.call('/repository-links/', key)).json()).toEqual([link]);
    expect(await (await scene.call(`/repository-links/${link.id}`, key)).json()).toEqual(link);
    const { key: foreign } = await scene.keyFor(['admin'], 'umbra');
    expect(await (await scene.call('/repository-links/', foreign)).json()).toEqual([]);
    expect((await remove(`/repository-links/${link.id}/`, foreign)).status).toBe(404);
    expect((await remove(`/repository-links/${link.id}/`)).status).toBe(204);
    expect((await remove(`/repository-links/${link.id}/`)).status).toBe(404);
    expect((await scene.call(`/repository-links/${link.id}/`, key)).status).toBe(404);
  });

  it.each([
    ['There is a link to this repository already.', 'non_field_errors'],
    ['octo/tool cannot be reached.', 'repository'],
  ])('is refused by field with what the workers found: %s', async (words, field) => {
    const [answer] = await Promise.all([post('/repository-links/', NEW), decides(scene, `refused ${field}: ${words}`)]);
    expect([answer.status, await answer.json()]).toEqual([400, { [field]: [words] }]);
  });

  it.each<[string, object, string]>([
    ['nothing at all', { provider: undefined, repository: undefined }, 'provider,repository'],
    ['a host that is none', { provider: 'bitbucket' }, 'provider'],
    ['a repository of two characters', { repository: 'ab' }, 'repository'],
    ['a repository above 255 characters', { repository: `o/${'x'.repeat(254)}` }, 'repository'],
    ['a token', { access_token: 'ghp_secret' }, 'access_token'],
    ['an address', { base_url: 'https://github.example' }, 'base_url'],
    ['an approval that is none', { approval: 'always' }, 'approval'],
  ])('is not made with %s', async (_, wrong, fields) => {
    const answer = await post('/repository-links/', { ...NEW, ...wrong });
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(Object.keys(Fields.parse(JSON.parse(text))).join(',')).toBe(fields);
    expect(text).not.toContain('ghp_secret');
  });
});

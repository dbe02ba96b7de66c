import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCOPES, USER_ROLES, type Scope, type UserRole } from '#core/domain/rules/access.ts';
import { ACCESS_EXTENSION } from '../../../../app/http/api/route-access.ts';
import { submitted } from '../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from './api-scene.ts';

const Access = z.union([z.literal('open'), z.object({ action: z.string(), resource: z.string() })]).optional();
const Operation = z.object({ [ACCESS_EXTENSION]: Access });
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

let scene: ApiScene;
beforeAll(async () => {
  scene = await openApiScene();
  await scene.opened.store.tenants.add({ id: 'umbra', name: 'Umbra' });
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Every route as the API itself describes it: the matrix below is made from this and from nothing else. */
async function describedRoutes() {
  const document = Document.parse(await (await scene.call('/schema', null)).json());
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, access: operation[ACCESS_EXTENSION] })),
  );
}

describe('every route of the API', () => {
  it('declares what it does to what, and none is mounted besides those described', async () => {
    const described = await describedRoutes();
    expect(described.length).toBeGreaterThan(20);
    for (const route of described) {
      expect(route.access === 'open' || route.access, `${route.method} ${route.path}`).toBeTruthy();
    }
    const { api } = scene;
    const mounted = api.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    const known = described.map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    expect([...new Set(mounted)].toSorted()).toEqual(known.toSorted());
  });

  const mayByScope: Readonly<Record<Scope, readonly string[]>> = {
    read: ['read'],
    run: ['read', 'run', 'approve'],
    sandbox: ['read', 'sandbox'],
    admin: ['read', 'run', 'approve', 'sandbox', 'admin'],
  };
  const mayByRole: Readonly<Record<UserRole, readonly string[]>> = {
    admin: ['read', 'run', 'approve', 'sandbox', 'admin'],
    maintainer: ['read', 'run', 'approve', 'sandbox'],
    reviewer: ['read', 'approve'],
    observer: ['read'],
  };

  /** Somebody who calls: with these headers, of a tenant that owns what is asked for or of another one. */
  interface Caller {
    readonly who: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly may: readonly string[];
    readonly foreign: boolean;
  }

  async function nobodies(): Promise<Caller[]> {
    const nobody = { may: [], foreign: false };
    const [expired, revoked] = [await scene.keyFor(['admin']), await scene.keyFor(['admin'])];
    await scene.sql(`update api_key set expires_at = now() where id = '${expired.id}'`);
    await scene.opened.store.apiKeys.revoke('default', revoked.id);
    const ended = await scene.sessionFor('admin');
    await scene.sql('delete from user_session');
    const slept = await scene.sessionFor('admin');
    await scene.sql("update user_session set seen_at = now() - interval '1 day'");
    const late = await scene.sessionFor('admin');
    await scene.sql('update user_session set expires_at = now() where seen_at = created_at');
    const origin = new URL(scene.url).origin;
    return [
      { who: 'nobody', headers: {}, ...nobody },
      { who: 'a key that never was', headers: { 'x-api-key': `af_${'x'.repeat(43)}` }, ...nobody },
      { who: 'an expired key', headers: { 'x-api-key': expired.key }, ...nobody },
      { who: 'a revoked key', headers: { 'x-api-key': revoked.key }, ...nobody },
      { who: 'a session that never was', headers: { cookie: `astraforge=${'x'.repeat(43)}`, origin }, ...nobody },
      { who: 'a session that is over', headers: { cookie: late, origin }, ...nobody },
      { who: 'a session that was ended', headers: { cookie: ended, origin }, ...nobody },
      { who: 'a session that slept', headers: { cookie: slept, origin }, ...nobody },
      { who: 'a cookie without anything', headers: { cookie: 'astraforge=', origin }, ...nobody },
    ];
  }

  async function somebodies(): Promise<Caller[]> {
    const origin = new URL(scene.url).origin;
    const callers: Caller[] = [];
    for (const tenant of ['default', 'umbra']) {
      const foreign = tenant === 'umbra';
      for (const scope of SCOPES) {
        const { key } = await scene.keyFor([scope], tenant);
        callers.push({
          who: `key ${scope} of ${tenant}`,
          headers: { 'x-api-key': key },
          may: mayByScope[scope],
          foreign,
        });
      }
      for (const role of USER_ROLES) {
        const cookie = await scene.sessionFor(role, tenant);
        callers.push({ who: `${role} of ${tenant}`, headers: { cookie, origin }, may: mayByRole[role], foreign });
      }
    }
    return callers;
  }

  it('answers 401 to nobody, 403 to a key without the right, and never another tenant’s things', async () => {
    const { request, run } = await submitted(scene.opened.store);
    const callers = [...(await nobodies()), ...(await somebodies())];
    let cases = 0;
    for (const { method, path, access } of await describedRoutes()) {
      if (access === 'open' || access === undefined) continue;
      const { action } = access;
      const isListed = /^\/(?:api-keys|repository-links)/.test(path);
      const id = path.startsWith('/runs') ? run.id : isListed ? randomUUID() : request.id;
      for (const caller of callers) {
        const body = method === 'post' ? { body: '{}' } : {};
        const answer = await scene.call(path.replace('{id}', id), null, {
          method: method.toUpperCase(),
          headers: { ...caller.headers, 'content-type': 'application/json' },
          ...body,
        });
        await answer.body?.cancel();
        const what = `${method} ${path} as ${caller.who}`;
        cases += 1;
        if (caller.may.length === 0) expect(answer.status, what).toBe(401);
        else if (!caller.may.includes(action)) expect(answer.status, what).toBe(403);
        else if (caller.foreign && access.resource === 'settings') expect(answer.status, what).toBe(403);
        else if (caller.foreign && path.includes('{id}')) expect(answer.status, what).toBe(404);
        else expect([200, 201, 202, 204, 400, 404], what).toContain(answer.status);
      }
    }
    expect(cases).toBeGreaterThanOrEqual(300);
  });

  it('that changes something takes a session only from a page of ours, whatever its role', async () => {
    let cases = 0;
    for (const { method, path, access } of await describedRoutes()) {
      if (access === 'open' || method === 'get') continue;
      const cookie = await scene.sessionFor('admin');
      const headers = { cookie, origin: 'https://evil.example', 'content-type': 'application/json' };
      const init = { method: method.toUpperCase(), headers, ...(method === 'post' ? { body: '{}' } : {}) };
      const answer = await scene.call(path.replace('{id}', randomUUID()), null, init);
      expect(answer.status, `${method} ${path}`).toBe(403);
      cases += 1;
    }
    expect(cases).toBeGreaterThanOrEqual(3);
  });
});

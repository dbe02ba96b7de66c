import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCOPES, type Scope } from '#core/domain/rules/access.ts';
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

  const may: Readonly<Record<Scope, readonly string[]>> = {
    read: ['read'],
    run: ['read', 'run', 'approve'],
    sandbox: ['read', 'sandbox'],
    admin: ['read', 'run', 'approve', 'sandbox', 'admin'],
  };

  it('answers 401 to nobody, 403 to a key without the right, and never another tenant’s things', async () => {
    const { request, run } = await submitted(scene.opened.store);
    const callers: { who: string; key: string | null; may: readonly string[]; foreign: boolean }[] = [
      { who: 'nobody', key: null, may: [], foreign: false },
      { who: 'a key that never was', key: `af_${'x'.repeat(43)}`, may: [], foreign: false },
    ];
    for (const scope of SCOPES) {
      for (const tenant of ['default', 'umbra']) {
        const { key } = await scene.keyFor([scope], tenant);
        callers.push({ who: `${scope} of ${tenant}`, key, may: may[scope], foreign: tenant === 'umbra' });
      }
    }
    let cases = 0;
    for (const { method, path, access } of await describedRoutes()) {
      if (access === 'open' || access === undefined) continue;
      const { action } = access;
      const isListed = /^\/(?:api-keys|repository-links)/.test(path);
      const id = path.startsWith('/runs') ? run.id : isListed ? randomUUID() : request.id;
      for (const caller of callers) {
        const body = method === 'post' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
        const answer = await scene.call(path.replace('{id}', id), caller.key, {
          method: method.toUpperCase(),
          ...body,
        });
        await answer.body?.cancel();
        const what = `${method} ${path} as ${caller.who}`;
        cases += 1;
        if (caller.may.length === 0) expect(answer.status, what).toBe(401);
        else if (!caller.may.includes(action)) expect(answer.status, what).toBe(403);
        else if (caller.foreign && path.includes('{id}')) expect(answer.status, what).toBe(404);
        else expect([200, 201, 202, 204, 400, 404], what).toContain(answer.status);
      }
    }
    expect(cases).toBeGreaterThanOrEqual(190);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiScene, type ApiScene } from '../api-scene.ts';

/** Section 0 of the contract that clients of the reference product know: addresses, and how it is said that something is wrong. */

const Detail = z.strictObject({ detail: z.string().min(1) });

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene();
  ({ key } = await scene.keyFor(['admin']));
});
afterAll(() => scene[Symbol.asyncDispose]());

const LISTS = ['runs', 'requests', 'merge-requests', 'api-keys', 'repository-links', 'sandbox/sessions'];
const ANY = randomUUID();

describe('an address', () => {
  it.each([...LISTS, 'me', 'overview', 'settings', 'schema', 'docs'])(
    '/api/%s answers with and without a slash at its end, and redirects nobody',
    async (path) => {
      for (const form of [`/${path}`, `/${path}/`]) {
        const answer = await scene.call(form, key, { redirect: 'manual' });
        await answer.body?.cancel();
        expect([form, answer.status]).toEqual([form, 200]);
      }
    },
  );

  it.each(LISTS)('/api/%s is a bare array, as JSON', async (path) => {
    const answer = await scene.call(`/${path}/`, key);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(Array.isArray(await answer.json())).toBe(true);
  });

  it.each([
    ['POST', '/runs/', 'GET, HEAD'],
    ['PUT', '/requests/', 'GET, HEAD, POST'],
    ['GET', '/chat/', 'POST'],
    ['GET', `/chat/${ANY}/approve/`, 'POST'],
    ['PATCH', `/repository-links/${ANY}/`, 'DELETE, GET, HEAD'],
    ['PUT', `/api-keys/${ANY}`, 'DELETE'],
    ['DELETE', `/merge-requests/${ANY}`, 'GET, HEAD'],
    ['POST', `/runs/${ANY}/logs/stream`, 'GET, HEAD'],
    ['POST', '/requests/plan/', 'GET, HEAD'],
    ['POST', '/requests/execute/', 'GET, HEAD'],
    ['OPTIONS', '/runs', 'GET, HEAD'],
    ['POST', '/schema', 'GET, HEAD'],
  ])('refuses %s %s with 405 and names what it takes', async (method, path, allow) => {
    for (const caller of [key, null]) {
      const answer = await scene.call(path, caller, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
      expect(await answer.json()).toEqual({ detail: `Method "${method}" not allowed.` });
    }
  });

  it.each(['/', '/nothing/', '/runs//', '/runs/none/nothing', `/runs/${ANY}`, '/runs/%00', '/runs/%ff', '/runs/%zz'])(
    'that leads nowhere is 404 with a detail: %s',
    async (path) => {
      const answer = await scene.call(path, key);
      expect(answer.status).toBe(404);
      Detail.parse(await answer.json());
    },
  );
});

describe('an id that is none', () => {
  it.each([
    ['GET', '/runs/7/'],
    ['GET', '/runs/7/export'],
    ['GET', '/runs/7/logs/stream'],
    ['GET', '/requests/7/'],
    ['GET', '/requests/7/logs/stream'],
    ['POST', '/requests/7/execute/'],
    ['POST', '/chat/7/approve/'],
    ['GET', '/merge-requests/0123456789abcdef/'],
    ['GET', '/repository-links/7/'],
    ['DELETE', '/repository-links/7/'],
    ['DELETE', '/api-keys/7/'],
  ])('is 404 and never a fault of the server: %s %s', async (method, path) => {
    const answer = await scene.call(path, key, { method });
    expect(answer.status).toBe(404);
    Detail.parse(await answer.json());
  });
});

describe('who is nobody', () => {
  it.each([
    ['without a key', {}],
    ['with an empty key', { 'x-api-key': '' }],
    ['with a key that never was', { 'x-api-key': `af_${'a'.repeat(43)}` }],
    ['with a key of the reference product', { 'x-api-key': 'a'.repeat(43) }],
    ['with a password', { authorization: `Basic ${btoa('ada:secret')}` }],
    ['with a token that is no key', { authorization: 'Bearer nonsense' }],
    ['with a cookie of the reference product', { cookie: 'sessionid=abc; csrftoken=abc' }],
  ])('%s is answered 401 with a detail, a way in, and nothing about limits', async (_, headers) => {
    for (const path of ['/runs/', `/runs/${ANY}/logs/stream`, '/api-keys/']) {
      const answer = await scene.call(path, null, { headers });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'ApiKey']);
      expect(answer.headers.get('ratelimit-limit')).toBeNull();
      Detail.parse(await answer.json());
    }
  });

  it('a known caller without the right is answered 403 with a detail', async () => {
    const { key: reader } = await scene.keyFor(['read']);
    for (const [path, method] of [
      ['/api-keys/', 'GET'],
      ['/repository-links/', 'POST'],
      ['/requests/', 'POST'],
      [`/chat/${ANY}/approve/`, 'POST'],
    ] as const) {
      const answer = await scene.call(path, reader, { method });
      expect([path, answer.status]).toEqual([path, 403]);
      Detail.parse(await answer.json());
    }
  });
});

describe('an answer', () => {
  it.each([
    ['application/json', 200],
    ['*/*', 200],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 200],
    ['text/event-stream', 200],
    ['Application/JSON;q=0.1', 200],
    ['', 200],
    ['application/xml', 406],
    ['image/png, application/json;q=0', 406],
  ])('to who takes %s is %i', async (accept, status) => {
    const answer = await scene.call('/runs/', key, { headers: { accept } });
    expect(answer.status).toBe(status);
    if (status === 406) Detail.parse(await answer.json());
  });

  it('says how the caller stands with their limit, also when it refuses', async () => {
    for (const path of ['/runs/', '/runs/none/', '/runs/?limit=0']) {
      const { headers } = await scene.call(path, key);
      expect(headers.get('ratelimit-limit')).toBe('10000');
      expect(headers.get('ratelimit-policy')).toBe('10000;w=60');
      expect(Number(headers.get('ratelimit-remaining'))).toBeGreaterThan(0);
      expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
    }
  });
});

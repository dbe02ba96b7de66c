import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiScene, type ApiScene } from './api-scene.ts';

let scene: ApiScene;
beforeAll(async () => {
  scene = await openApiScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

describe('a body that is none', () => {
  const raw = (headers: Record<string, string>, body: string) =>
    scene.call('/chat/', scene.adminKey, { method: 'POST', headers, body });

  it('is refused in the caller’s words: no JSON, and JSON under no name', async () => {
    const broken = await raw({ 'content-type': 'application/json' }, '{');
    expect([broken.status, await broken.json()]).toEqual([400, { detail: expect.stringMatching(/JSON/) }]);
    const nameless = await raw({ 'content-type': 'text/plain' }, '{}');
    expect(nameless.status).toBeGreaterThanOrEqual(400);
    expect(nameless.status).toBeLessThan(500);
  });

  it('of a stranger is not read', async () => {
    const body = 'x'.repeat(20 * 1_024 * 1_024);
    const answer = await scene.call('/chat/', null, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(401);
    const known = await raw({ 'content-type': 'application/json' }, body);
    expect(known.status).toBe(413);
  });
});

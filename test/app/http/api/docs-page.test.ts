import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiScene, type ApiScene } from './api-scene.ts';

let scene: ApiScene;
beforeAll(async () => {
  scene = await openApiScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

describe('the page of the API', () => {
  it('shows every route, and runs and loads nothing', async () => {
    const page = await scene.call('/docs/', null);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<style|<link|style=|src=|https?:\/\//i);
    const document = z
      .object({ paths: z.record(z.string(), z.unknown()) })
      .parse(await (await scene.call('/schema', null)).json());
    for (const path of Object.keys(document.paths)) expect(html).toContain(`/api${path}`);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDashboard } from '../../../app/http/dashboard.ts';
import { serve, type HttpServer } from '../../../app/http/server.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const SCRIPT = `export const text = '${'x'.repeat(5_000)}';`;

let directory: string;
let server: HttpServer;
const open = (from: string) =>
  serve(
    { host: '127.0.0.1', port: 0 },
    { dashboard: openDashboard(from), dependencies: [], draining: () => false, logger: quiet },
  );

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'astraforge-dashboard-'));
  await mkdir(join(directory, 'dist/assets'), { recursive: true });
  await writeFile(join(directory, 'secret.txt'), 'not for anybody');
  await writeFile(join(directory, 'dist/index.html'), '<!doctype html><title>AstraForge</title>');
  await writeFile(join(directory, 'dist/assets/index-abc.js'), SCRIPT);
  server = await open(join(directory, 'dist'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers });

it.each(['/', '/runs', '/runs/0b9c', '/runs?state=failed'])('%s is the page, anew each time', async (path) => {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-cache');
  expect(await answer.text()).toContain('AstraForge');
});

it('a page may run and fetch what the server itself serves, stands in no frame, and has no exception', async () => {
  const { headers } = await get('/');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

it('a file named after its content is kept for ever, compressed where that is asked for, and known again', async () => {
  const answer = await get('/assets/index-abc.js', { 'accept-encoding': 'br' });
  expect(answer.headers.get('content-encoding')).toBe('br');
  expect(answer.headers.get('cache-control')).toContain('immutable');
  expect(await answer.text()).toBe(SCRIPT);
  const plain = await get('/assets/index-abc.js', { 'accept-encoding': 'identity' });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await plain.text()).toBe(SCRIPT);
  const etag = plain.headers.get('etag') ?? '';
  expect((await get('/assets/index-abc.js', { 'if-none-match': etag })).status).toBe(304);
});

it.each([
  '/assets/gone.js',
  '/api/nothing',
  '/auth/nothing',
  '/webhooks/nobody',
  '/..%2fsecret.txt',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
])('%s is not the page', async (path) => {
  const answer = await get(path);
  expect(answer.status).toBe(404);
  expect(await answer.text()).not.toContain('not for anybody');
});

it('where it was not built every page says how, and the next one after that was done is served', async () => {
  const later = join(directory, 'later');
  await using empty = await open(later);
  const answer = await fetch(`${empty.url}/runs`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain('npm run build:dashboard');
  await mkdir(later);
  await writeFile(join(later, 'index.html'), 'built');
  expect(await (await fetch(`${empty.url}/runs`)).text()).toBe('built');
});

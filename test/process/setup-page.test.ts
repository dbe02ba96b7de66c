import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../app/config.ts';
import { GitHubVariables } from '../../app/vcs/github/wire/variables.ts';
import { startGitHub } from '../fakes/github/stand-in.ts';
import { startRoot, type RootProcess } from './start-in-empty-directory.ts';

const ROOT = 'deploy/embedded/main.ts';
const TEST_TIMEOUT_MS = 120_000;
const ADDRESS = /Open (http:\S+) to make one/;
/** Nothing that GitHub's address leads to: whoever sends a request there fails. */
const NOWHERE = { GITHUB_API_URL: 'http://127.0.0.1:9', GITHUB_SERVER_URL: 'https://github.example.test' };

const Manifest = z.object({
  url: z.string(),
  hook_attributes: z.object({ url: z.string() }),
  redirect_url: z.string(),
  public: z.boolean(),
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.string()),
});

const startSetUp = (env: Readonly<Record<string, string>>): Promise<RootProcess> =>
  startRoot(ROOT, { PORT: '0', ...env });

/** What the button of the page posts, and where. */
async function readPage(url: string) {
  const html = await (await fetch(`${url}/probot`)).text();
  const action = /<form action="([^"]+)" method="post"/.exec(html)?.[1] ?? '';
  const value = /name="manifest"[^>]* value='([^']*)'/.exec(html)?.[1] ?? '';
  const manifest: unknown = JSON.parse(
    value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
  );
  return { html, action, manifest };
}

/** The `key: value` and `- item` lines under a key of app.yml, in order. */
async function askedFor(key: string): Promise<string[]> {
  const text = await readFile(new URL('../../app.yml', import.meta.url), 'utf8');
  const block = new RegExp(`^${key}:\\n((?:[ #].*\\n?)*)`, 'm').exec(text)?.[1] ?? '';
  return [...block.matchAll(/^ {2}(?:- )?([a-z_]+(?:: [a-z]+)?)$/gm)].map(([, item]) => item ?? '');
}

describe('npm start without a GitHub App', { timeout: TEST_TIMEOUT_MS }, () => {
  test('shows a page whose manifest is app.yml with this server’s addresses, and asks GitHub nothing', async () => {
    await using root = await startSetUp({ ...NOWHERE, PUBLIC_URL: 'https://forge.example.test/', GH_ORG: 'acme' });
    const url = await root.said(ADDRESS);
    const redirect = await fetch(url, { redirect: 'manual' });
    expect(redirect.headers.get('location')).toBe('/probot');
    const page = await readPage(url);
    expect(page.action).toMatch(
      /^https:\/\/github\.example\.test\/organizations\/acme\/settings\/apps\/new\?state=[0-9a-f]{48}$/,
    );
    const manifest = Manifest.parse(page.manifest);
    expect(manifest).toMatchObject({
      hook_attributes: { url: 'https://forge.example.test/webhooks/github' },
      redirect_url: `${url}/probot/setup`,
      public: false,
    });
    const permissions = Object.entries(manifest.default_permissions).map(([name, level]) => `${name}: ${level}`);
    expect(permissions).toEqual(await askedFor('default_permissions'));
    expect(permissions.length).toBeGreaterThan(3);
    expect(manifest.default_events).toEqual(await askedFor('default_events'));
    root.signal('SIGTERM');
    expect(await root.ended).toBe(0);
  });

  test('explains every permission and event, in the terminal and on a page', async () => {
    await using root = await startSetUp(NOWHERE);
    const url = await root.said(ADDRESS);
    await root.said(/(GitHub will send webhooks to)/);
    const page = await (await fetch(`${url}/permissions`)).text();
    const asked = [...(await askedFor('default_permissions')), ...(await askedFor('default_events'))];
    expect(asked.length).toBeGreaterThan(7);
    for (const item of asked) {
      expect(page).toMatch(new RegExp(`<code>${item}</code></dt><dd[^>]*>[^<]{20,}`));
      expect(root.stdout()).toMatch(new RegExp(`^  ${item}\\n      .{20,}`, 'm'));
    }
    expect(page + root.stdout()).not.toContain('nothing here says why');
    expect((await readPage(url)).html).toContain('href="/permissions"');
    expect((await fetch(`${url}/probot/static/primer.css`)).status).toBe(200);
  });

  test('takes the App that GitHub makes, keeps it in .env for its owner only, and says what is still missing', async () => {
    await using github = await startGitHub();
    const envFile = `# mine\nGITHUB_API_URL=${github.apiUrl}\nGITHUB_SERVER_URL=${github.url}`;
    await using root = await startRoot(ROOT, { PORT: '0' }, { envFile });
    const url = await root.said(ADDRESS);
    const { action, manifest } = await readPage(url);
    const unknown = await fetch(`${url}/probot/setup?code=unknown&${new URL(action).searchParams.toString()}`);
    expect([unknown.status, await unknown.text()]).toEqual([
      502,
      expect.stringMatching(/^making the GitHub App failed/),
    ]);
    const body = new URLSearchParams({ manifest: JSON.stringify(manifest) });
    const confirmed = await fetch(action, { method: 'POST', body, redirect: 'manual' });
    const back = confirmed.headers.get('location') ?? '';
    expect(back.startsWith(`${url}/probot/setup?code=`)).toBe(true);
    const done = await fetch(back, { redirect: 'manual' });
    expect(done.headers.get('location')).toMatch(/\/installations\/new$/);
    expect(await root.ended).toBe(1);
    expect(root.stderr()).toMatch(/^1 configuration fault\(s\):\n {2}OPENAI_API_KEY is not set: [^\n]+\nSee [^\n]+\n$/);
    const file = await readFile(join(root.directory, '.env'), 'utf8');
    expect(file.startsWith(`${envFile}\nAPP_ID=`)).toBe(true);
    expect((await stat(join(root.directory, '.env'))).mode & 0o777).toBe(0o600);
    const config = readConfig(GitHubVariables, parseEnv(file));
    expect(config).toMatchObject({ APP_ID: github.app.id, WEBHOOK_SECRET: github.app.webhookSecret });
    const der = (pem: string) => createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
    expect(der(config.PRIVATE_KEY).equals(der(github.app.privateKey))).toBe(true);
    expect(root.stdout() + root.stderr()).not.toContain(github.app.webhookSecret);
    github.assertNoViolations();
  });

  test('takes no App from a page that is not its own', async () => {
    await using github = await startGitHub();
    await using root = await startSetUp({ GITHUB_API_URL: github.apiUrl, GITHUB_SERVER_URL: github.url });
    const url = await root.said(ADDRESS);
    const forged = `${url}/probot/setup?code=${github.issueManifestCode()}`;
    expect((await fetch(forged, { redirect: 'manual' })).status).toBe(403);
    expect((await fetch(`${forged}&state=${'0'.repeat(48)}`, { redirect: 'manual' })).status).toBe(403);
    const { privateKey: pem, webhookSecret: secret } = github.app;
    const post = (headers: Record<string, string>, fields: object) =>
      fetch(`${url}/probot/import`, { method: 'POST', headers, body: JSON.stringify(fields) });
    const app = { appId: '7', pem, webhook_secret: secret };
    expect((await post({ 'content-type': 'text/plain' }, app)).status).toBe(403);
    const json = { 'content-type': 'application/json' };
    expect((await post({ ...json, 'sec-fetch-site': 'cross-site' }, app)).status).toBe(403);
    const weak = await post(json, { ...app, pem: '/etc/passwd', webhook_secret: 'development' });
    expect(weak.status).toBe(400);
    expect(await weak.text()).toMatch(/pem: .*webhook_secret: /);
    await expect(readFile(join(root.directory, '.env'))).rejects.toThrow('ENOENT');
    expect((await post(json, app)).status).toBe(200);
    expect(parseEnv(await readFile(join(root.directory, '.env'), 'utf8'))).toMatchObject({ APP_ID: '7' });
  });
});

describe('npm start with a wrong environment', { timeout: TEST_TIMEOUT_MS }, () => {
  test('names every fault at once, without a stack, when the App is only half configured', async () => {
    await using root = await startRoot(ROOT, {
      APP_ID: '7',
      PORT: '99999',
      PUBLIC_URL: 'ftp://x',
      WEBHOOK_SECRET: 'no',
    });
    expect(await root.ended).toBe(1);
    const named = [...root.stderr().matchAll(/^ {2}([A-Z_]+) is (?:wrong|not set): ./gm)].map(([, name = '']) => name);
    expect(named.toSorted()).toEqual(['OPENAI_API_KEY', 'PORT', 'PRIVATE_KEY', 'PUBLIC_URL', 'WEBHOOK_SECRET']);
    expect(root.stderr()).not.toMatch(/^\s+at /m);
    expect(root.stdout()).toBe('');
  });

  test('says how to call it, and refuses an argument it does not know', async () => {
    await using help = await startRoot(ROOT, {}, { args: ['--help'] });
    expect(await help.ended).toBe(0);
    expect(help.stdout()).toContain('Usage: npm start');
    await using unknown = await startRoot(ROOT, {}, { args: ['--port', '1'] });
    expect(await unknown.ended).toBe(1);
    expect(unknown.stderr()).toMatch(/^npm start takes no argument but --help, not: --port 1\n$/);
  });
});

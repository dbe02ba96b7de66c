import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { GRANTS } from '../../../../app/vcs/github/repository/grants.ts';
import { createTranslator } from '../../../../app/vcs/github/inbound/translate.ts';

const root = new URL('../../../../', import.meta.url);
const text = readFileSync(new URL('app.yml', root), 'utf8');

const EVENTS = [
  'check_run',
  'check_suite',
  'delete',
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'repository',
];

const Manifest = z.object({
  url: z.url(),
  public: z.boolean(),
  redirect_url: z.string(),
  hook_attributes: z.object({ url: z.string() }),
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
});

const Creation = z.object({ ManifestCreation: z.custom<new () => { getManifest(options: object): string }>() });

/** Probot's own reading of app.yml; it is not exported, so it is loaded by its path beside what is. */
async function probotManifest(options: object): Promise<string> {
  const main = createRequire(import.meta.url).resolve('probot');
  const loaded: unknown = await import(new URL('manifest-creation.js', `file://${main}`).href);
  const { ManifestCreation } = Creation.parse(loaded);
  return new ManifestCreation().getManifest(options);
}

/** What Probot's set-up page posts to GitHub out of app.yml. */
async function manifest() {
  vi.stubEnv('WEBHOOK_PROXY_URL', 'https://forge.example.test/webhooks/github');
  const made = await probotManifest({
    pkg: { name: 'other', description: 'other' },
    baseUrl: 'https://forge.example.test',
    readFileSync: () => text,
  });
  return Manifest.parse(JSON.parse(made));
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the manifest asks for exactly what our tokens carry at most, but for workflows, which an operator adds', async () => {
  const most: Record<string, string> = {};
  const { 'git-write-workflows': added, ...asked } = GRANTS;
  expect(added).toEqual({ ...GRANTS['git-write'], workflows: 'write' });
  for (const grant of Object.values(asked)) {
    for (const [name, level] of Object.entries(grant)) if (most[name] !== 'write') most[name] = level;
  }
  expect((await manifest()).default_permissions).toEqual(most);
});

test('the manifest subscribes to exactly the events we read', async () => {
  const { default_events: events } = await manifest();
  const translate = createTranslator({ appId: 1 });
  const reasons = events.map((event) => translate({ event, body: Buffer.from('{"action":"nothing of ours"}') }));
  expect(reasons).toEqual(events.map(() => expect.objectContaining({ reason: expect.stringMatching(/^action /) })));
  expect(events.toSorted()).toEqual(EVENTS);
});

test('the manifest leaves the webhook’s address to the server, and keeps the App to its owner', async () => {
  const made = await manifest();
  expect(made.hook_attributes.url).toBe('https://forge.example.test/webhooks/github');
  expect(made.redirect_url).toBe('https://forge.example.test/probot/setup');
  expect(made.public).toBe(false);
});

test('each permission and event says which file needs it, and the file exists', async () => {
  const lines = text.split('\n');
  const { default_permissions: permissions, default_events: events } = await manifest();
  const places = [...Object.keys(permissions).map((name) => `  ${name}: `), ...events.map((name) => `  - ${name}`)];
  for (const place of places) {
    const index = lines.findIndex((line) => (place.endsWith(' ') ? line.startsWith(place) : line === place));
    const files = [...(lines[index - 1] ?? '').matchAll(/app\/vcs\/github\/[\w/-]+\.ts/g)].map(([file]) => file);
    expect(files, place).not.toEqual([]);
    for (const file of files) expect(readFileSync(new URL(file, root), 'utf8')).not.toBe('');
  }
});

test('the manifest never asks to administer, nor for secrets, nor to write the CI', async () => {
  const { default_permissions: permissions } = await manifest();
  expect(Object.keys(permissions)).not.toContain('administration');
  expect(Object.keys(permissions).filter((name) => /secret|workflow|member|organization/.test(name))).toEqual([]);
  expect(permissions['actions']).toBe('read');
});

test('the guide for Enterprise Server, where an App may be made by hand, names the same permissions and events', async () => {
  const guide = readFileSync(new URL('docs/guides/github-enterprise.md', root), 'utf8');
  const { default_permissions: permissions, default_events: events } = await manifest();
  const named = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  const listed = (row: string): string[] =>
    (new RegExp(`^\\| ${row} \\| (.*) \\|$`, 'm').exec(guide)?.[1] ?? '').split(' · ').toSorted();
  const levels = { read: 'read', write: 'read and write' };
  expect(listed('Repository permissions')).toEqual(
    Object.entries(permissions)
      .map(([name, level]) => `${named(name)}: ${levels[level]}`)
      .toSorted(),
  );
  expect(listed('Events')).toEqual(events.map(named).toSorted());
});

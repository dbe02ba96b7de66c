import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { startRoot } from './start-in-empty-directory.ts';

const ROOT = 'deploy/embedded/main.ts';
const SERVES = /AstraForge serves on (http:\S+); GitHub reaches it at https:\/\/forge\.example\.test\/webhooks\/github/;
const DRAIN_MS_MAX = 30_000;
/** A machine that runs other suites beside this one takes its time to start a database. */
const TEST_TIMEOUT_MS = 120_000;

/** A complete `.env`, with the key in the form the set-up page writes. */
function envFile(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' });
  return [
    'APP_ID=7',
    `PRIVATE_KEY=${Buffer.from(pem).toString('base64')}`,
    `WEBHOOK_SECRET=${randomBytes(32).toString('hex')}`,
    'OPENAI_API_KEY=sk-nothing-is-asked',
    'PUBLIC_URL=https://forge.example.test',
  ].join('\n');
}

describeWith(['confinement'], 'npm start with a GitHub App', () => {
  test(
    'serves what .env describes, says where and by which provisioner, and ends well on SIGTERM',
    { timeout: TEST_TIMEOUT_MS },
    async () => {
      await using root = await startRoot(ROOT, { PORT: '0', PROVISIONER: 'local' }, { envFile: envFile() });
      const url = await root.said(SERVES);
      await root.said(/Agents run in: (local \(PROVISIONER asks for it\))/);
      const ready = await fetch(`${url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ ready: true })]);
      // The page that takes an App is gone: every path that nothing else has is the dashboard's.
      expect((await fetch(`${url}/probot`, { method: 'POST' })).status).toBe(404);
      expect(await (await fetch(`${url}/probot`)).text()).toContain('<div id="root">');
      await root.said(/its administrator's key is API_ADMIN_KEY/);
      const written = await readFile(join(root.directory, '.env'), 'utf8');
      const key = /^API_ADMIN_KEY=(\S+)$/m.exec(written)?.[1] ?? '';
      const call = (headers: Record<string, string>) => fetch(`${url}/api/runs/`, { headers });
      expect((await call({})).status).toBe(401);
      expect(await (await call({ 'x-api-key': key })).json()).toEqual([]);
      const link = new URL(
        await root.said(/Sign in, once, within 15 minutes, at (https:\/\/forge\.example\.test\/\S+)/),
      );
      const press = (token: string) =>
        fetch(`${url}/auth/link`, {
          method: 'POST',
          redirect: 'manual',
          headers: { origin: 'https://forge.example.test' },
          body: new URLSearchParams({ token }),
        });
      const entered = await press(link.searchParams.get('token') ?? '');
      expect(entered.headers.getSetCookie()[0]).toMatch(/^__Host-astraforge=\S+; Path=\/; .*Secure$/);
      await using again = await startRoot('deploy/embedded/sign-in.ts', {
        API_ADMIN_KEY: key,
        PORT: new URL(url).port,
      });
      const newer = new URL(await again.said(/Sign in, once, within 15 minutes, at (\S+)/));
      expect(await again.ended).toBe(0);
      expect((await press(newer.searchParams.get('token') ?? '')).status).toBe(303);
      const asked = performance.now();
      root.signal('SIGTERM');
      expect(await root.ended).toBe(0);
      expect(performance.now() - asked).toBeLessThan(DRAIN_MS_MAX);
    },
  );
});

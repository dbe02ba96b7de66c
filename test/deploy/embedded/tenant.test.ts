import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTenantOptions } from '../../../deploy/embedded/tenant-options.ts';
import { openStore } from '../../../prisma/store.ts';
import { settledAs } from '../../contract/a-conversation.ts';
import { aRequest, submitted } from '../../contract/store-subject.ts';

const PROJECT = path.join(import.meta.dirname, '../../..');
const TIMEOUT_MS = 120_000;

describe('the command line of tenant', () => {
  test('deletes what is named twice, and only counts otherwise', () => {
    expect(readTenantOptions(['delete', 'umbra'])).toEqual({ id: 'umbra', confirmed: false });
    expect(readTenantOptions(['delete', 'umbra', '--dry-run'])).toEqual({ id: 'umbra', confirmed: false });
    expect(readTenantOptions(['delete', 'umbra', '--confirm', 'umbra'])).toEqual({ id: 'umbra', confirmed: true });
    expect(readTenantOptions(['--help'])).toBe('help');
  });

  test.each([
    ['nothing', [], 'Say what to do'],
    ['no tenant', ['delete'], 'Say what to do'],
    ['two tenants', ['delete', 'a', 'b'], 'Say what to do'],
    ['another word', ['make', 'a'], 'Say what to do'],
    ['another name to confirm', ['delete', 'a', '--confirm', 'b'], 'nothing was deleted'],
    ['both at once', ['delete', 'a', '--confirm', 'a', '--dry-run'], 'take one of them'],
    ['an unknown option', ['delete', 'a', '--yes'], '--yes'],
  ])('is refused with %s, and it is said what is wrong', (_case, argv, words) => {
    expect(() => readTenantOptions(argv)).toThrow(words);
  });
});

describe('npm run tenant', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'af-tenant-'));
    const { store } = await openStore({ kind: 'pglite', directory: path.join(directory, 'database') });
    await store.tenants.add({ id: 'umbra', name: 'Umbra' });
    await store.tenants.own('umbra', { provider: 'github', id: 1 });
    const { run } = await submitted(store, { request: { repo: { ...aRequest().repo, id: 1 } } });
    await settledAs(store, run);
    await store.close();
  }, TIMEOUT_MS);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const tenant = (...argv: string[]) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const args = ['--import', 'tsx', path.join(PROJECT, 'deploy/embedded/tenant.ts'), ...argv];
      const env = { PATH: process.env['PATH'], DATA_DIRECTORY: directory };
      execFile(process.execPath, args, { cwd: PROJECT, env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : 1, output: `${stdout}${stderr}` }),
      );
    });

  test('counts first, deletes what was confirmed, and then finds nothing', { timeout: TIMEOUT_MS }, async () => {
    const counted = await tenant('delete', 'umbra');
    expect(counted).toMatchObject({ code: 0, output: expect.stringMatching(/^ +1 {2}run$/m) });
    expect(counted.output).toContain('npm run tenant -- delete umbra --confirm umbra');
    expect(await tenant('delete', 'umbra', '--confirm', 'umbra')).toMatchObject({
      code: 0,
      output: expect.stringContaining('Everything of Umbra (umbra) is deleted.'),
    });
    expect(await tenant('delete', 'umbra')).toMatchObject({
      code: 1,
      output: expect.stringContaining('no tenant umbra'),
    });
  });
});

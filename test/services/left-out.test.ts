import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SERVICES = import.meta.dirname;
const PROJECT = join(SERVICES, '../..');

const CONFIG = `
import { leftOutReporter } from '${join(SERVICES, 'left-out-reporter.ts')}';
const strict = process.env.ASTRAFORGE_REQUIRE !== '';
export default { test: { globalSetup: ['${join(SERVICES, 'global-setup.ts')}'], reporters: ['default', leftOutReporter({ strict })] } };
`;
const NEEDY = `
import { expect, test } from 'vitest';
import { describeWith } from '${join(SERVICES, 'describe-with.ts')}';
describeWith(['redis'], 'the stream on Redis', () => {
  test('would talk to Redis', () => expect(1).toBe(2));
});
test('needs nothing', () => expect(1).toBe(1));
`;
const EVASIVE = `
import { test } from 'vitest';
test.skip('is not in the mood', () => {});
`;

describe('on a machine without Redis', () => {
  let root: string;
  beforeAll(async () => {
    const parent = join(PROJECT, '.astraforge');
    await mkdir(parent, { recursive: true });
    root = await mkdtemp(join(parent, 'left-out-'));
    await writeFile(join(root, 'vitest.config.ts'), CONFIG);
    await writeFile(join(root, 'needy.test.ts'), NEEDY);
    await writeFile(join(root, 'evasive.test.ts'), EVASIVE);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  async function vitest(file: string, required: string) {
    const args = [join(PROJECT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', root, file];
    const env = { PATH: '/nowhere', NO_COLOR: '1', ASTRAFORGE_REQUIRE: required };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
    const [output, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
    return { code, output: output + complaint };
  }

  test('a suite that needs it is left out by name, with the reason, and the run passes', async () => {
    const { code, output } = await vitest('needy', '');
    expect(output).toContain('the stream on Redis (needy.test.ts): no redis-server (apt-get install redis-server)');
    expect(output).toContain('1 passed | 1 skipped');
    expect(code).toBe(0);
  });

  test('the suite fails where Redis is required', async () => {
    const { code, output } = await vitest('needy', 'redis');
    expect(output).toContain('required, but no redis-server');
    expect(code).toBe(1);
  });

  test('a skip without a reason is named, and fails only where something is required', async () => {
    const relaxed = await vitest('evasive', '');
    expect(relaxed.output).toContain('is not in the mood (evasive.test.ts): gives no reason');
    expect(relaxed.code).toBe(0);
    expect((await vitest('evasive', 'postgres')).code).toBe(1);
  });

  test('requiring what nobody knows stops the run', async () => {
    const { code, output } = await vitest('needy', 'reddis');
    expect(output).toContain("ASTRAFORGE_REQUIRE names 'reddis'");
    expect(code).toBe(1);
  });
});

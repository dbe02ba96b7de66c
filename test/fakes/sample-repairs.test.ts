import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repairOf, SUITES } from './tracker/sample-repairs.ts';
import { sampleFiles, type SampleName } from './tracker/sample-service.ts';

const TEST_MS = 120_000;
const TSX = createRequire(import.meta.url).resolve('tsx');

/** As in `SUITES`, but for the Node.js that runs this, which need not read TypeScript by itself. */
const COMMANDS: Readonly<Record<SampleName, string>> = {
  ...SUITES,
  typescript: `node --import "${TSX}" --test test/*.ts`,
};

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sample-repair-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
}

async function passes(sample: SampleName): Promise<boolean> {
  const env = { PATH: process.env['PATH'], HOME: root, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(COMMANDS[sample], { cwd: root, env, shell: true, stdio: 'ignore' });
  await once(child, 'exit');
  return child.exitCode === 0;
}

describe('a sample is a bug to be found by its users', () => {
  test.each(['typescript', 'javascript', 'python'] as const)(
    'and to be repaired from red to green: %s',
    { timeout: TEST_MS },
    async (sample) => {
      const repair = await repairOf(sample);
      await write(await sampleFiles(sample));
      expect(await passes(sample)).toBe(true);
      await write(repair.test);
      expect(await passes(sample)).toBe(false);
      await write(repair.source);
      expect(await passes(sample)).toBe(true);
    },
  );
});

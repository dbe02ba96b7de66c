import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findRunsc } from './find-runsc.ts';

const PATH = process.env['PATH'];
const EXECUTABLE = 0o755;

describe('gVisor for the suite strong', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runsc-'));
    process.env['PATH'] = '';
  });
  afterEach(async () => {
    process.env['PATH'] = PATH;
    await rm(directory, { recursive: true, force: true });
  });

  /** A program that only says what the real one answers to `--version`. */
  async function install(said: string): Promise<string> {
    const path = join(directory, 'runsc');
    await writeFile(path, `#!/bin/sh\necho '${said}'\n`);
    await chmod(path, EXECUTABLE);
    return path;
  }

  test('that is not there is refused with what to run to get it', async () => {
    const found = await findRunsc([directory]);
    expect(found).toMatchObject({ found: false, reason: expect.stringContaining('runsc is not installed') });
    expect(found).toMatchObject({ reason: expect.stringContaining('as root: .ci/install-runsc') });
    expect(found).toMatchObject({ reason: expect.stringContaining('-t bookworm-backports runsc') });
  });

  test.each([
    ["Debian 12's own", 'runsc version 0.0~20221219.0', 'is of 20221219, the oldest good one is of 20240729'],
    ['one of unknown age', 'runsc version unknown', 'of unknown age'],
  ])('%s is refused by its date', async (_case, said, words) => {
    await install(said);
    expect(await findRunsc([directory])).toMatchObject({ found: false, reason: expect.stringContaining(words) });
  });

  test.each([
    ["Debian's", 'runsc version 0.0~20240729.0', 20_240_729],
    ["gVisor's own", 'runsc version release-20250602.0', 20_250_602],
  ])('a current one of %s is taken', async (_case, said, date) => {
    const path = await install(said);
    expect(await findRunsc([directory])).toEqual({ found: true, value: { path, date } });
  });
});

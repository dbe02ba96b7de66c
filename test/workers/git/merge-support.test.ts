import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGit } from '../../../workers/git/git.ts';
import { createMergeSupport } from '../../../workers/git/merging/merge-support.ts';

let directory = '';
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'merge-support-'))));
afterEach(() => rmSync(directory, { recursive: true }));

/** A program called git that says `words` and counts how often it was asked. */
function install(words: string): void {
  const script = `#!/bin/sh\necho asked >> ${directory}/asked\necho '${words}'\n`;
  writeFileSync(join(directory, 'git'), script, { mode: 0o755 });
}

function asked(): number {
  return readFileSync(join(directory, 'asked'), 'utf8').split('\n').length - 1;
}

function check(): () => Promise<void> {
  const hostEnv = { PATH: directory };
  return createMergeSupport({ directory, git: createGit({ home: directory, hostEnv, allowProtocols: [] }) });
}

it.each([
  'git version 2.38.0',
  'git version 2.39.5 (Apple Git-154)',
  'git version 2.100.1.windows.1',
  'git version 3.0',
])('merging is possible with %s, which is asked once', async (words) => {
  install(words);
  const support = check();
  await support();
  await support();
  expect(asked()).toBe(1);
});

it.each([
  ['git version 2.37.7', '2.37.7'],
  ['git version 1.99.0', '1.99.0'],
  ['git of my own', 'unknown'],
])('with %s it fails saying what to install, until a newer one is there', async (words, version) => {
  install(words);
  const support = check();
  await expect(support()).rejects.toMatchObject({
    code: 'unavailable',
    message: `Merging needs Git 2.38 or newer on the workers; this is ${version}. Install a newer Git and try again`,
  });
  install('git version 2.40.1');
  await support();
  expect(asked()).toBe(2);
});

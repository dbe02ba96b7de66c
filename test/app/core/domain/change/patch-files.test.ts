import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { patchFiles, patchOf, type PatchFile } from '#core/domain/change/patch-files.ts';

const DIFF = ['diff', '--cached', '--binary', '--full-index', '--no-color', '-M'];

describe('the files of a patch that git made', () => {
  let directory: string;
  const git = (args: readonly string[], input?: Uint8Array): Buffer =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@a.invalid', ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
    });
  const write = (name: string, content: string | Uint8Array): void => {
    const place = path.join(directory, name);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, content);
  };
  const commit = (): void => void [git(['add', '-A']), git(['commit', '-qm', 'base', '--allow-empty'])];
  const diff = (): Uint8Array => {
    git(['add', '-A']);
    return git(DIFF);
  };
  const named = (patch: Uint8Array): Omit<PatchFile, 'bytes'>[] =>
    patchFiles(patch).map(({ path: name, from, status }) => ({
      path: name,
      ...(from === undefined ? {} : { from }),
      status,
    }));

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'patch-'));
    git(['init', '-q', '-b', 'main']);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** Every kind of change, and names that git quotes. */
  function everyKind(): Uint8Array {
    const long = Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join('');
    for (const name of ['gone.txt', 'moved.txt', 'mode.sh', 'turned', 'changed.txt', 'my "old" file.txt'])
      write(name, `${name}\n${long}`);
    write('moved whole.txt', `whole ${long}`);
    write(
      'picture.bin',
      Uint8Array.from({ length: 300 }, (_, at) => at % 256),
    );
    commit();
    rmSync(path.join(directory, 'gone.txt'));
    renameSync(path.join(directory, 'moved.txt'), path.join(directory, 'moved to.txt'));
    write('moved to.txt', `moved.txt\n${long}and more\n`);
    renameSync(path.join(directory, 'moved whole.txt'), path.join(directory, 'würde\t"x".txt'));
    chmodSync(path.join(directory, 'mode.sh'), 0o755);
    rmSync(path.join(directory, 'turned'));
    symlinkSync('changed.txt', path.join(directory, 'turned'));
    write('changed.txt', 'diff --git a/x b/x\nrename to evil\n--- a/evil\n+++ b/evil\n');
    write('my "old" file.txt', 'new');
    write(
      'picture.bin',
      Uint8Array.from({ length: 400 }, (_, at) => (at * 7) % 256),
    );
    write('src/neu ß.txt', '');
    write('test/added.txt', Uint8Array.from([0xff, 0xfe, 0x0a, 0x41, 0x0a]));
    return diff();
  }

  test('are told by name and kind, also renamed, quoted, empty, binary and mode-only ones', () => {
    expect(named(everyKind()).toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'changed.txt', status: 'modified' },
      { path: 'gone.txt', status: 'deleted' },
      { path: 'mode.sh', status: 'modified' },
      { path: 'moved to.txt', from: 'moved.txt', status: 'renamed' },
      { path: 'my "old" file.txt', status: 'modified' },
      { path: 'picture.bin', status: 'modified' },
      { path: 'src/neu ß.txt', status: 'added' },
      { path: 'test/added.txt', status: 'added' },
      { path: 'turned', status: 'deleted' },
      { path: 'turned', status: 'added' },
      { path: 'würde\t"x".txt', from: 'moved whole.txt', status: 'renamed' },
    ]);
  });

  test('are together the patch again, byte by byte', () => {
    const patch = everyKind();
    expect(Buffer.from(patchOf(patchFiles(patch))).equals(Buffer.from(patch))).toBe(true);
    expect(patchOf([])).toEqual(new Uint8Array());
    expect(patchFiles(new Uint8Array())).toEqual([]);
  });

  test('make patches that git takes, whichever of them are chosen', () => {
    const patch = everyKind();
    const all = patchFiles(patch);
    // A file that became something else is told by two parts, which go together.
    const names = [...new Set(all.map((file) => file.path))];
    fc.assert(
      fc.property(fc.subarray(names), (chosen) => {
        const part = patchOf(all.filter((file) => chosen.includes(file.path)));
        git(['read-tree', 'HEAD']);
        if (part.length > 0) git(['apply', '--cached', '--binary', '--whitespace=nowarn', '-p1', '-'], part);
        const again = git(DIFF);
        expect(Buffer.from(again).equals(Buffer.from(part))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('have the names that git gives them, whatever those are', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[/\0\ud800-\udfff]/.test(text) && !['.', '..', '.git'].includes(text.toLowerCase()));
    commit();
    fc.assert(
      fc.property(name, fc.uint8Array({ maxLength: 20 }), (text, content) => {
        git(['rm', '-rqf', '--cached', '--ignore-unmatch', '.']);
        const blob = git(['hash-object', '-w', '--stdin'], content).toString().trim();
        git(['update-index', '-z', '--index-info'], Buffer.from(`100644 ${blob}\t${text}\0`));
        expect(named(git(DIFF))).toEqual([{ path: text, status: 'added' }]);
      }),
      { numRuns: 40 },
    );
  });
});

import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { commitFiles, DRAFT, openStage, prepareOurs, REPO, sh, type Stage } from './stage.ts';

type Edit = (work: string) => void;

const BRANCH = 'astraforge/request-1';
const LONG = Array.from({ length: 30 }, (_, at) => `line ${at}\n`).join('');
const BYTES = Uint8Array.from({ length: 999 }, (_, at) => (at * 37) % 256);
const HOSTILE = ['grüße 日本 "q"\ttab\nline', '--output=x', ':(top)*', '~', 'a b/$(touch x)/ü', `x~${'a'.repeat(40)}`];

function put(files: Record<string, string | Uint8Array>): Edit {
  return (work) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(work, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  };
}

function move(from: string, to: string): Edit {
  return (work) => {
    mkdirSync(dirname(join(work, to)), { recursive: true });
    renameSync(join(work, from), join(work, to));
  };
}

function remove(name: string): Edit {
  return (work) => rmSync(join(work, name), { recursive: true });
}

function link(name: string, target: string): Edit {
  return (work) => {
    rmSync(join(work, name), { force: true });
    symlinkSync(target, join(work, name));
  };
}

/** A submodule at a commit that nobody here has. */
function submodule(sha: string): Edit {
  return (work) => {
    mkdirSync(join(work, 'vendor/lib'), { recursive: true });
    sh(work, 'update-index', '--add', '--cacheinfo', `160000,${sha},vendor/lib`);
  };
}

function executable(name: string): Edit {
  return (work) => {
    put({ [name]: 'same\n' })(work);
    chmodSync(join(work, name), 0o755);
  };
}

function all(...edits: Edit[]): Edit {
  return (work) => edits.forEach((edit) => edit(work));
}

interface Case {
  readonly what: string;
  readonly theirs: Edit;
  readonly ours: Edit;
  readonly paths: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: 'both changed the same lines',
    theirs: put({ 'long.txt': LONG.replace('line 9\n', 'theirs\n') }),
    ours: put({ 'long.txt': LONG.replace('line 9\n', 'ours\n') }),
    paths: ['long.txt'],
  },
  { what: 'both added it', theirs: put({ new: 'theirs\n' }), ours: put({ new: 'ours\n' }), paths: ['new'] },
  { what: 'one deleted it', theirs: remove('long.txt'), ours: put({ 'long.txt': `${LONG}x\n` }), paths: ['long.txt'] },
  {
    what: 'one renamed what the other deleted',
    theirs: move('long.txt', 'moved.txt'),
    ours: remove('long.txt'),
    paths: ['moved.txt'],
  },
  {
    what: 'both renamed it',
    theirs: move('long.txt', 'theirs.txt'),
    ours: move('long.txt', 'ours.txt'),
    paths: ['long.txt', 'ours.txt', 'theirs.txt'],
  },
  { what: 'only its mode differs', theirs: executable('tool'), ours: put({ tool: 'same\n' }), paths: ['tool'] },
  {
    what: 'it is binary',
    theirs: put({ 'pic.bin': BYTES.toReversed() }),
    ours: put({ 'pic.bin': BYTES.slice(1) }),
    paths: ['pic.bin'],
  },
  { what: 'it is a symlink', theirs: link('link', 'theirs'), ours: link('link', 'ours'), paths: ['link'] },
  { what: 'it is a file and a symlink', theirs: put({ x: 'x\n' }), ours: link('x', 'elsewhere'), paths: ['x'] },
  {
    what: 'it is a submodule',
    theirs: submodule('b'.repeat(40)),
    ours: submodule('c'.repeat(40)),
    paths: ['vendor/lib'],
  },
  {
    what: 'it is a file and a directory',
    theirs: put({ 'thing/inside.txt': 'x\n' }),
    ours: put({ thing: 'x\n' }),
    paths: ['thing'],
  },
  {
    what: 'its directory was renamed',
    theirs: move('dir', 'renamed'),
    ours: put({ 'dir/new.txt': 'new\n' }),
    paths: ['renamed/new.txt'],
  },
  {
    what: 'its directory was split, which Git tells in words only',
    theirs: all(move('dir/1', 'a/1'), move('dir/2', 'b/2')),
    ours: put({ 'dir/new.txt': 'new\n' }),
    paths: ['dir'],
  },
  {
    what: 'its name is odd',
    theirs: put(Object.fromEntries(HOSTILE.map((name) => [name, 'theirs\n']))),
    ours: put(Object.fromEntries(HOSTILE.map((name) => [name, 'ours\n']))),
    paths: HOSTILE.toSorted(),
  },
];

/** A base with a file of every kind, on main and on the branch. */
function publishBase(stage: Stage): string {
  submodule('a'.repeat(40))(stage.work);
  link('link', 'README.md')(stage.work);
  const dir = { 'dir/1': `1\n${LONG}`, 'dir/2': `2\n${LONG}` };
  const sha = commitFiles(stage.work, { 'long.txt': LONG, 'both.txt': LONG, 'pic.bin': BYTES, ...dir });
  stage.publish(BRANCH);
  return sha;
}

it.each(CASES)('a conflict names exactly its files, and nothing is made: $what', async ({ theirs, ours, paths }) => {
  await using stage = await openStage();
  const base = publishBase(stage);
  // Both change another file in places that go together: it must not be named.
  const { sha: commit } = await prepareOurs(stage, all(put({ 'both.txt': `first\n${LONG}`, 'mine.txt': 'm\n' }), ours));
  all(put({ 'both.txt': `${LONG}last\n` }), theirs)(stage.work);
  const head = commitFiles(stage.work, {});
  stage.publish(BRANCH);
  expect(sh(stage.work, 'rev-parse', 'HEAD^')).toBe(base);
  const sides = { head, commit, branch: BRANCH, draft: DRAFT };
  expect(await stage.repositories.merge(REPO, sides, stage.access)).toEqual({ kind: 'conflict', paths });
  expect(sh(stage.bare, 'rev-parse', `refs/heads/${BRANCH}`)).toBe(head);
});

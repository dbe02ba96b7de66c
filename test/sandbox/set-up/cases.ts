import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeBaseRepository, type BaseRepository } from '../base-repository.ts';
import { textOf, type ProvisionerSubject } from '../guest-scene.ts';
import { openSetUpStage, type SetUpRoom, type SetUpStage } from './stage.ts';

const PATCH_BYTES_MAX = 10 * 1024 * 1024;
const ABORTED_WITHIN_MS = 5_000;
/** Leaves something of each kind: ignored, loose, empty, linked, executable, private, in the home directory, with an odd name. */
const FILL = `mkdir -p ignored/deep 'ignored/odd
name' built/empty; echo dependency >ignored/deep/file; ln -s deep/file ignored/link; ln ignored/deep/file ignored/hard
echo '#!/bin/sh' >ignored/tool; chmod 775 ignored/tool; echo x >ignored/private; chmod 600 ignored/private
echo made >built/output.txt; mkdir -p "$HOME/.cache"; echo cached >"$HOME/.cache/entry"; mkdir -p "$HOME/.codex"
echo mine >"$HOME/.codex/state"; touch -d 2020-01-02T03:04:05Z ignored/deep/file`;
const LIST = `cd / && find workspace home/agent -mindepth 1 \\( -path workspace/.git -o -path home/agent/.astraforge \\) -prune \\
  -o -printf '%y %m %n %p %l\\n' | sort; date -r workspace/ignored/deep/file -u +%FT%T`;

/** What setting up promises, in guests of any kind. */
export function setUpCases(subject: () => ProvisionerSubject): void {
  let base: BaseRepository;
  let stage: SetUpStage;
  beforeAll(async () => {
    base = await makeBaseRepository();
  });
  afterAll(() => base[Symbol.asyncDispose]());
  beforeEach(async () => {
    stage = await openSetUpStage(subject());
  });
  afterEach(() => stage[Symbol.asyncDispose]());
  const openRoom = (): Promise<SetUpRoom> => stage.openRoom(base);
  const patchOf = async ({ workspace }: SetUpRoom): Promise<string> =>
    textOf(await workspace.collectPatch(base.bundle.sha, PATCH_BYTES_MAX));

  test('commands run in order in the workspace as the agent, and each line they print is told', async () => {
    const room = await openRoom();
    const commands = ['echo "first in $PWD as $(id -u)"; echo second >&2', 'printf "10%%\\r100%%\\n"; test -f run.sh'];
    expect(await room.setUp(commands)).toEqual({ kind: 'done' });
    expect(room.lines).toEqual(expect.arrayContaining(['first in /workspace as 10001', 'second', '100%']));
    expect(room.lines.findIndex((line) => line.startsWith('$ echo'))).toBe(0);
  });

  test('what set-up left is put into the next guest as it was, and no command runs there', async () => {
    const first = await openRoom();
    expect(await first.setUp([FILL, 'echo ran >>"$HOME/ran"'])).toEqual({ kind: 'done' });
    const next = await openRoom();
    expect(await next.setUp(['echo must not run; exit 1'])).toEqual({ kind: 'restored' });
    expect(next.lines).toEqual([]);
    const left = await first.sh(LIST);
    expect(left).toMatch(/f 775 1 workspace\/ignored\/tool[^]*2020-01-02T03:04:05$/);
    expect(await next.sh(LIST)).toBe(left);
    const elsewhere = await stage.openRoom(base, 'another image');
    expect(await elsewhere.setUp(['true'])).toEqual({ kind: 'done' });
    expect(await next.sh('cat ignored/hard built/output.txt ~/.cache/entry ~/ran; ls -d built/empty')).toBe(
      'dependency\nmade\ncached\nran\nbuilt/empty',
    );
    for (const room of [first, next]) expect(await room.sh('ls -d ~/.codex 2>/dev/null || true')).toBe('');
  });

  test('the first command that fails is named with its code, nothing after it runs and nothing is kept', async () => {
    const room = await openRoom();
    const commands = ['true', 'echo before; false; echo after', 'echo later'];
    expect(await room.setUp(commands)).toEqual({ kind: 'failed', command: commands[1], exitCode: 1 });
    expect(room.lines.filter((line) => !line.startsWith('$'))).toEqual(['before']);
    expect(await room.setUp(['exit 42'])).toMatchObject({ command: 'exit 42', exitCode: 42 });
    expect(await room.setUp(['echo "$not_set"'])).toMatchObject({ kind: 'failed', exitCode: 1 });
    expect(await room.setUp(['--version'])).toMatchObject({ kind: 'failed', exitCode: 127 });
    expect(await stage.kept()).toEqual([]);
  });

  test('an abort in the middle ends the command and everything it started', async () => {
    const room = await openRoom();
    const abort = new AbortController();
    const onLine = (line: string): void => void (line === 'begun' && abort.abort());
    const startedAt = performance.now();
    const command = '(sleep 3; touch /tmp/outlived) & echo begun; sleep 60';
    const outcome = await room.setUp([command, 'touch /tmp/outlived'], { signal: abort.signal, onLine });
    expect(outcome).toEqual({ kind: 'failed', command, exitCode: null });
    expect(performance.now() - startedAt).toBeLessThan(ABORTED_WITHIN_MS);
    expect(await room.sh('sleep 3.5; ls /tmp')).toBe('');
    expect(await stage.kept()).toEqual([]);
  });

  test('all commands together have the time that was given', async () => {
    const room = await openRoom();
    const outcome = await room.setUp(['sleep 0.5', 'sleep 60'], { timeoutMs: 2_000 });
    expect(outcome).toEqual({ kind: 'failed', command: 'sleep 60', exitCode: null });
  });

  test('nothing is kept of a checkout that nobody vouches for', async () => {
    const room = await openRoom();
    expect(await room.setUp([FILL], { keep: false })).toEqual({ kind: 'done' });
    expect(await stage.kept()).toEqual([]);
  });

  test('another key is another result', async () => {
    await (await openRoom()).setUp(['echo one >ignored-one.log'], { cacheKey: 'one' });
    const room = await openRoom();
    expect(await room.setUp(['echo two >ignored-two.log'], { cacheKey: 'two' })).toEqual({ kind: 'done' });
    expect(await room.sh('ls *.log')).toBe('ignored-two.log');
  });

  const damages: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ['is cut off', (path) => truncate(path, 2_000)],
    ['is empty', (path) => truncate(path, 0)],
    ['is something else', (path) => writeFile(path, 'x'.repeat(10_000))],
  ];
  test.each(damages)('a kept result that %s is forgotten and made anew', async (_what, damage) => {
    await (await openRoom()).setUp([FILL, 'head -c 200000 /dev/urandom >ignored/noise']);
    const [name = ''] = await stage.kept();
    await damage(join(stage.directory, name));
    const room = await openRoom();
    const command = 'ls -A ignored built ~/.cache 2>/dev/null | wc -l; mkdir -p ignored; echo anew >ignored/anew';
    expect(await room.setUp([command])).toEqual({ kind: 'done' });
    expect(room.lines).toContain('0');
    expect(await room.sh('git status --short')).toBe('');
    const next = await openRoom();
    expect(await next.setUp(['exit 1'])).toEqual({ kind: 'restored' });
    expect(await next.sh('ls ignored')).toBe('anew');
  });

  test('tracked files that set-up changed are put back and named, however it hid them', async () => {
    const first = await openRoom();
    const commands = [
      'echo changed >src/changed.txt; rm src/deleted.txt windows.txt; mkdir windows.txt; chmod +x run.sh; git add -A',
      'echo hidden >src/staged.txt; git update-index --assume-unchanged src/staged.txt; echo kept >new.txt; git add new.txt',
      'git -c user.name=x -c user.email=x@x commit -qm moved; mkdir -p ignored; echo x >ignored/x',
    ];
    expect(await first.setUp(commands)).toEqual({ kind: 'done' });
    const named = first.lines.find((line) => line.includes('put back')) ?? '';
    for (const name of ['src/changed.txt', 'src/deleted.txt', 'windows.txt', 'run.sh', 'src/staged.txt']) {
      expect(named).toContain(name);
    }
    const next = await openRoom();
    expect(await next.setUp(commands)).toEqual({ kind: 'restored' });
    for (const room of [first, next]) {
      expect(await room.sh('git status --short; cat new.txt ignored/x; git rev-parse HEAD')).toBe(
        `?? new.txt\nkept\nx\n${base.bundle.sha}`,
      );
      expect(await patchOf(room)).toBe('');
    }
  });

  test('what set-up left is part of the patch only where the agent touched it', async () => {
    const commands = [
      'echo lock >lock.json; echo same >same.txt; mkdir -p made/deep; echo a >made/deep/a; echo b >"made/b c"',
    ];
    const first = await openRoom();
    await first.setUp(commands);
    const next = await openRoom();
    expect(await next.setUp(commands)).toEqual({ kind: 'restored' });
    for (const room of [first, next]) {
      expect(await patchOf(room)).toBe('');
      await room.sh(
        'echo mine >own.txt; echo more >>lock.json; echo more >>"made/b c"; git add -A; git commit -qm work',
      );
      const changed = await base.rawChanges(await room.workspace.collectPatch(base.bundle.sha, PATCH_BYTES_MAX));
      expect(changed.map((line) => line.split('\t')[1])).toEqual(['lock.json', 'made/b c', 'own.txt']);
    }
  });
}

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Workspace } from '#core/ports/workspace.ts';
import { workspaceOn } from '../../sandbox/workspace.ts';
import type { GuestScene } from './guest-scene.ts';
import { textOf } from './guest-scene.ts';
import { makeBaseRepository } from './base-repository.ts';
import type { BaseRepository } from './base-repository.ts';
import { EVERY_KIND_OF_CHANGE, KINDS_OF_CHANGE, HOSTILE_CONFIGURATION, TRAP_MARK } from './workspace-scripts.ts';

const PATCH_BYTES_MAX = 10 * 1024 * 1024;

/** A repository in and its changes out. */
export function workspaceCases(scene: () => GuestScene): void {
  let base: BaseRepository;
  let workspace: Workspace;
  beforeAll(async () => {
    base = await makeBaseRepository('feature/base-1');
  });
  afterAll(() => base[Symbol.asyncDispose]());
  beforeEach(async () => {
    workspace = workspaceOn(scene().subject.provisioner.name, scene().guest);
    await workspace.load(base.bundle);
  });
  const inRepository = (script: string): Promise<string> => scene().sh(script, { cwd: '/workspace' });
  const collect = (): Promise<Uint8Array> => workspace.collectPatch(base.bundle.sha, PATCH_BYTES_MAX);

  test('a loaded repository stands on its branch, clean, with an identity and an origin that leads nowhere', async () => {
    const facts = await inRepository(
      'git status --short; git branch --show-current; git rev-parse HEAD; git remote get-url origin',
    );
    expect(facts.split('\n')).toEqual(['feature/base-1', base.bundle.sha, 'https://origin.invalid/repository.git']);
    expect(await inRepository('git config user.email; ls .git/hooks 2>/dev/null; ls -A /tmp')).toBe(
      'agent@astraforge.invalid',
    );
    expect(await inRepository('git rev-parse origin/feature/base-1')).toBe(base.bundle.sha);
  });

  test('an untouched repository, and one whose changes were taken back, give an empty patch', async () => {
    expect((await collect()).length).toBe(0);
    await inRepository(
      'echo x >>src/changed.txt; git commit -qam x; git revert --no-edit HEAD >/dev/null; touch src/*; echo x >a.log',
    );
    expect((await collect()).length).toBe(0);
  });

  test('every kind of change, committed, staged or neither, arrives byte for byte', async () => {
    await inRepository(EVERY_KIND_OF_CHANGE);
    const tree = await inRepository('export GIT_INDEX_FILE=/tmp/check; git read-tree HEAD; git add -A; git write-tree');
    const patch = await collect();
    expect(await base.treeAfter(patch)).toBe(tree);
    const kinds = (await base.rawChanges(patch)).map((line) =>
      line.replace(/^:(\d+) (\d+) \w+ \w+ ([A-Z])\d*\t/, '$1 $2 $3 '),
    );
    expect(kinds).toEqual(KINDS_OF_CHANGE);
    expect(textOf(patch)).not.toMatch(/ignored|\.log/);
  });

  test('what the agent staged, assumed or hid from git does not matter', async () => {
    await inRepository(`git update-index --assume-unchanged src/changed.txt; git update-index --skip-worktree windows.txt
      echo hidden >src/changed.txt; echo hidden >windows.txt; git rm -q --cached run.sh; echo 'src/' >.git/info-exclude
      mkdir -p .git/info; echo '*' >.git/info/exclude; echo new >new.txt`);
    const changed = (await base.rawChanges(await collect())).map((line) => line.split('\t')[1]);
    expect(changed).toEqual(['new.txt', 'src/changed.txt', 'windows.txt']);
  });

  test('hooks, filters, monitors and attributes that the agent configured do not run', async () => {
    const { sh } = scene();
    await inRepository(HOSTILE_CONFIGURATION);
    await inRepository('echo more >>src/changed.txt; git diff >/dev/null 2>&1; git add -A >/dev/null 2>&1 || true');
    expect(await sh(`sort -u ${TRAP_MARK}`), 'the traps work').toContain('clean');
    await sh(`rm ${TRAP_MARK}`);
    const patch = await collect();
    expect(await sh(`cat ${TRAP_MARK} 2>/dev/null || true`)).toBe('');
    expect(textOf(patch)).toContain('+more');
    await base.treeAfter(patch);
  });

  test('a repository inside the repository is one submodule entry and is not followed', async () => {
    await inRepository(`mkdir inner; cd inner; git init -q; echo secret >file; git add file; git commit -qm inner`);
    const patch = await collect();
    expect(await base.rawChanges(patch)).toEqual([expect.stringMatching(/^:000000 160000 .* A\tinner$/)]);
    expect(textOf(patch)).not.toContain('secret');
  });

  test('a patch that is too large is invalid, and so is one without its base', async () => {
    await inRepository('head -c 20000 /dev/urandom >large.bin');
    await expect(workspace.collectPatch(base.bundle.sha, 10_000)).rejects.toMatchObject({ code: 'invalid' });
    await expect(workspace.collectPatch('0'.repeat(40), PATCH_BYTES_MAX)).rejects.toMatchObject({ code: 'invalid' });
    await expect(workspace.collectPatch('--output=/tmp/x', PATCH_BYTES_MAX)).rejects.toMatchObject({ code: 'invalid' });
    await inRepository('rm -rf .git');
    await expect(collect()).rejects.toMatchObject({ code: 'invalid' });
  });

  test('a bundle that is none is invalid', async () => {
    const broken = { ...base.bundle, path: new URL(import.meta.url).pathname };
    await scene().sh('cd /workspace && rm -rf .git * .[a-z]*');
    await expect(workspace.load(broken)).rejects.toMatchObject({ code: 'invalid' });
  });
}

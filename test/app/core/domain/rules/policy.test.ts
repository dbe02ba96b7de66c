import { describe, expect, it } from 'vitest';
import { judgeChange, leavesTree, type PolicyPath, type ProtectedKind } from '#core/domain/rules/policy.ts';

const file = (path: string, more: Partial<PolicyPath> = {}): PolicyPath => ({
  path,
  mode: '100644',
  oldMode: '100644',
  ...more,
});
const link = (path: string, linkTarget: string): PolicyPath => file(path, { mode: '120000', linkTarget });
const judge = (paths: readonly PolicyPath[], allowed: readonly ProtectedKind[] = []) =>
  judgeChange(paths, { filesMax: 3, allowed: new Set(allowed) });

const CASES: readonly [string, PolicyPath, ProtectedKind | undefined][] = [
  ['a source file', file('src/a.ts'), undefined],
  ['a file that only sounds like a workflow', file('docs/workflows/ci.yml'), undefined],
  ['a workflow', file('.github/workflows/ci.yml'), 'workflows'],
  ['a workflow in other case', file('.GitHub/Workflows/ci.yml'), 'workflows'],
  ['a composite action', file('.github/actions/x/action.yml'), 'workflows'],
  ['a rename out of the workflows', file('old.yml', { from: '.github/workflows/ci.yml' }), 'workflows'],
  ['a deleted workflow', file('.github/workflows/ci.yml', { mode: '000000' }), 'workflows'],
  ['CODEOWNERS in the root', file('CODEOWNERS'), 'codeowners'],
  ['CODEOWNERS in .github', file('.github/CODEOWNERS'), 'codeowners'],
  ['CODEOWNERS in docs, other case', file('docs/codeowners'), 'codeowners'],
  ['a file named CODEOWNERS elsewhere', file('src/CODEOWNERS'), undefined],
  ['a link inside the tree', link('a/b', '../c'), undefined],
  ['a link out of the tree', link('a/b', '../../etc/passwd'), 'symlinks'],
  ['an absolute link', link('a', '/etc/passwd'), 'symlinks'],
  ['a link that climbs out of another link', link('l', 'd/..'), 'symlinks'],
  ['a link into .git', link('a/b', '../.git/config'), 'symlinks'],
  ['a link with an unknown target', file('a', { mode: '120000' }), 'symlinks'],
  ['a submodule', file('vendor', { mode: '160000' }), 'submodules'],
  ['a removed submodule', file('vendor', { mode: '000000', oldMode: '160000' }), 'submodules'],
  ['.gitmodules', file('.gitmodules'), 'submodules'],
];

describe('protected things are refused unless configured', () => {
  it.each(CASES)('%s', (_, path, kind) => {
    const verdict = judge([path]);
    expect(verdict.kind).toBe(kind === undefined ? 'allowed' : 'refused');
    if (kind !== undefined) expect(judge([path], [kind])).toEqual({ kind: 'allowed' });
    if (verdict.kind === 'refused') expect(verdict.reasons.join()).toContain(`CHANGE_ALLOW=${kind}`);
  });
});

it('names every fault at once and refuses too many files', () => {
  const verdict = judge([file('CODEOWNERS'), link('l', '/x'), file('a'), file('b')]);
  expect(verdict).toMatchObject({ kind: 'refused' });
  if (verdict.kind === 'refused') expect(verdict.reasons).toHaveLength(3);
});

it('a link is judged from the folder it stands in', () => {
  expect(leavesTree('a/b/c', '../../x')).toBe(false);
  expect(leavesTree('a/b/c', '../../../x')).toBe(true);
  expect(leavesTree('a', './b/c')).toBe(false);
  expect(leavesTree('a', './b/../c')).toBe(true);
});

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import { planProof, type ProofPlan } from '#core/domain/run/proof-plan.ts';
import type { ProofRules } from '#core/domain/rules/proof-rules.ts';
import { withFiles } from '#core/domain/rules/test-paths.ts';

const rulesOf = (proof: object): ProofRules => RepositoryConfig.parse({ proof }).proof;
const BOTH = { mode: 'try', suite: 'npm test', changed: 'node --test {files}' };

const section = (path: string, head = 'new file mode 100644'): string =>
  `diff --git a/${path} b/${path}\n${head}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
const renamed = (from: string, to: string): string =>
  `diff --git a/${from} b/${to}\nsimilarity index 100%\nrename from ${from}\nrename to ${to}\n`;
const deleted = (path: string): string =>
  `diff --git a/${path} b/${path}\ndeleted file mode 100644\n--- a/${path}\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n`;
const plan = (rules: object, ...sections: string[]): ProofPlan =>
  planProof(rulesOf(rules), new TextEncoder().encode(sections.join('')));
const patchIn = (made: ProofPlan): string => (made.kind === 'plan' ? new TextDecoder().decode(made.testPatch) : '');

describe('what is run to prove a change', () => {
  test.each([
    'test/a.js',
    'tests/a.rs',
    'src/__tests__/a.ts',
    'spec/a.rb',
    'src/a.test.ts',
    'src/a.spec.jsx',
    'pkg/a_test.go',
    'pkg/test_a.py',
    'src/test/java/ATest.java',
  ])('a file at %s is a test, by default', (path) => {
    expect(plan(BOTH, section(path), section('src/a.ts'))).toMatchObject({ kind: 'plan', tests: [path] });
  });

  test('the tests of a change go to the base, with what they read, and nothing else does', () => {
    const parts = [section('test/a.test.js'), section('test/fixtures/b.json'), deleted('test/old.test.js')];
    const made = plan(BOTH, section('src/a.js'), ...parts, section('README.md'));
    expect(patchIn(made)).toBe(parts.join(''));
    expect(made).toMatchObject({
      tests: ['test/a.test.js'],
      changed: "node --test 'test/a.test.js'",
      suite: 'npm test',
    });
  });

  test('a file that became a test by being renamed stays where the base has it', () => {
    expect(plan(BOTH, renamed('src/a.js', 'test/a.test.js'))).toMatchObject({ kind: 'nothing' });
    const moved = renamed('test/a.test.js', 'test/b.test.js');
    expect(plan(BOTH, moved)).toMatchObject({ kind: 'plan', tests: ['test/b.test.js'] });
  });

  test.each([
    ['nothing but code', [section('src/a.js')]],
    ['nothing', []],
    ['only tests that are deleted', [deleted('test/a.test.js')]],
  ])('a change with %s has nothing to run', (_, sections) => {
    expect(plan(BOTH, ...sections)).toEqual({ kind: 'nothing', reason: 'No test was added or changed.' });
  });

  test('`paths` and `files` say otherwise what a test is and what can be run', () => {
    const own = { ...BOTH, paths: ['checks/'], files: ['checks/*.sh'] };
    const parts = [section('checks/a.sh'), section('checks/data.txt')];
    expect(plan(own, ...parts, section('test/b.test.js'))).toMatchObject({ tests: ['checks/a.sh'] });
    expect(plan({ ...BOTH, paths: ['checks/'] }, ...parts)).toMatchObject({
      tests: ['checks/a.sh', 'checks/data.txt'],
    });
    expect(plan(own, section('checks/data.txt'))).toMatchObject({ kind: 'nothing' });
  });

  test('the suite stands for the changed tests where no command runs those alone', () => {
    const made = plan({ mode: 'try', suite: 'make test' }, section('test/a.test.js'));
    expect(made).toMatchObject({ changed: 'make test', suite: 'make test', bySuite: true });
  });

  test('more files than a command takes are refused in words', () => {
    const many = Array.from({ length: 501 }, (_, at) => section(`test/${at}.test.js`));
    expect(plan(BOTH, ...many)).toEqual({
      kind: 'nothing',
      reason: '501 test files were changed; at most 500 can be run.',
    });
  });

  test('each file is one word of the shell, whatever its name is, and none is an option', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .filter((text) => !/[\0\ud800-\udfff]/.test(text));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const command = withFiles(`printf '%s\\0' {files}`, names);
        const printed = execFileSync('/bin/bash', ['-euc', '--', command], { encoding: 'utf8' });
        const words = names.map((text) => (text.startsWith('-') ? `./${text}` : text));
        expect(printed).toBe(words.map((word) => `${word}\0`).join(''));
      }),
      { numRuns: 60 },
    );
    expect(withFiles('a {files} b {files}', ["it's", '$&'])).toBe("a 'it'\\''s' '$&' b 'it'\\''s' '$&'");
  });
});

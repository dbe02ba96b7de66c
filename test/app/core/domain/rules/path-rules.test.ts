import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globFits, pathAllowed } from '#core/domain/rules/path-rules.ts';

const QUICK_MS = 2_000;

describe('a glob', () => {
  it.each([
    ['**', 'a/b/c.ts', true],
    ['**', '.env', true],
    ['*', 'README.md', true],
    ['*', 'src/a.ts', false],
    ['src', 'src/a.ts', false],
    ['src/', 'src/a/b.ts', true],
    ['src/**', 'src/a/b.ts', true],
    ['src/*', 'src/a/b.ts', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/a.tsx', false],
    ['**/*.ts', 'a.ts', true],
    ['**/*.ts', 'x/y/a.ts', true],
    ['src/**/test/*', 'src/test/a', true],
    ['src/**/test/*', 'src/x/y/test/a', true],
    ['src/**/test/*', 'src/x/y/a', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['a.b', 'axb', false],
    ['a**b', 'axxb', true],
    ['a**b', 'a/b', false],
    ['Src/**', 'src/a', false],
  ])('%s and %s: %s', (glob, path, fits) => {
    expect(globFits(glob, path)).toBe(fits);
  });

  it('without signs fits exactly itself', () => {
    const name = fc.stringMatching(/^[a-z.]{1,8}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
    fc.assert(
      fc.property(path, path, (glob, other) => {
        expect(globFits(glob, glob)).toBe(true);
        expect(globFits(glob, other)).toBe(glob === other);
        expect(globFits(`${glob}/**`, `${glob}/${other}`)).toBe(true);
        expect(globFits(`**/${other}`, `${glob}/${other}`)).toBe(true);
      }),
    );
  });

  it.each([
    ['stars in a name', '*a'.repeat(90), 'a'.repeat(4_000)],
    ['folders', '**/a/'.repeat(40), 'a/'.repeat(2_000)],
  ])('of many %s is answered at once', (_, glob, path) => {
    const before = Date.now();
    globFits(glob, `${path}!`);
    expect(Date.now() - before).toBeLessThan(QUICK_MS);
  });
});

describe('path rules', () => {
  it('let a path be touched that some `allow` fits and no `deny` covers', () => {
    const rules = { allow: ['src/**', '*.md'], deny: ['src/secret/**', '**/*.pem'] };
    expect(pathAllowed(rules, 'src/a.ts')).toBe(true);
    expect(pathAllowed(rules, 'README.md')).toBe(true);
    expect(pathAllowed(rules, 'docs/a.md')).toBe(false);
    expect(pathAllowed(rules, 'src/secret/a.ts')).toBe(false);
    expect(pathAllowed(rules, 'src/deep/key.pem')).toBe(false);
  });

  it.each(['infra', 'infra/', 'infra/**', 'INFRA', 'inf*'])('deny all below a folder: %s', (deny) => {
    for (const path of ['infra/main.tf', 'infra/a/b', 'Infra/main.tf'])
      expect(pathAllowed({ allow: ['**'], deny: [deny] }, path), path).toBe(false);
  });

  it('are not got round by another spelling', () => {
    const rules = { allow: ['**'], deny: ['caf\u00e9/*'] };
    expect(pathAllowed(rules, 'cafe\u0301/a')).toBe(false);
    expect(pathAllowed(rules, 'CAFE\u0301/a')).toBe(false);
  });
});

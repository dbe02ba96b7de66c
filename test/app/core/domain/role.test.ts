import { describe, expect, it } from 'vitest';
import { VERBS, type Verb } from '#core/domain/command-list.ts';
import { mayCommand, roleNeeded, type Asked, type Role } from '#core/domain/role.ts';

const ROLES: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** One sign for each role above, in that order; written out, so that a change of the rule is seen here. */
const MATRIX: Readonly<Record<string, string>> = {
  help: '-+++++',
  status: '-+++++',
  explain: '-+++++',
  config: '-+++++',
  run: '---+++',
  plan: '---+++',
  fix: '---+++',
  review: '---+++',
  retry: '---+++',
  cancel: '---+++',
  approve: '---+++',
  reject: '---+++',
  'allow-host once': '---+++',
  'allow-host repo': '----++',
};

function askedFor(verb: Verb): readonly (readonly [string, Asked])[] {
  if (verb !== 'allow-host') return [[verb, { verb }]];
  return (['once', 'repo'] as const).map((scope) => [`${verb} ${scope}`, { verb, scope }]);
}

const ASKED = VERBS.flatMap(askedFor);
const CASES = ASKED.flatMap(([name, asked]) =>
  ROLES.map((role, at) => ({ name, asked, role, sign: MATRIX[name]?.at(at) })),
);

describe('who may command', () => {
  it('every command has its row', () => {
    expect(ASKED.map(([name]) => name).toSorted()).toEqual(Object.keys(MATRIX).toSorted());
    expect(CASES).toHaveLength(84);
  });

  it.each(CASES)('$role, $name: $sign', ({ asked, role, sign }) => {
    expect(mayCommand(role, asked)).toBe(sign === '+');
  });

  it('the role that a refusal names is the least that may', () => {
    for (const [name, asked] of ASKED) expect(ROLES.indexOf(roleNeeded(asked)), name).toBe(MATRIX[name]?.indexOf('+'));
  });
});

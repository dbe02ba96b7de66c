import { describe, expect, it } from 'vitest';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import {
  changeLimitsFor,
  chooseModel,
  isTriggered,
  judgeByRepository,
  runLimitsFor,
} from '#core/domain/rules/repository-bounds.ts';
import type { RunLimits } from '#core/domain/run/run-limits.ts';

const server: RunLimits = {
  timeoutMs: 1_800_000,
  idleMs: 900_000,
  outputBytesMax: 1_000,
  tokensMax: 500_000,
  costUsdMax: 5,
  setUpTimeoutMs: 900_000,
  patchBytesMax: 5_000,
};
const config = (written: object) => RepositoryConfig.parse(written);

describe('a repository', () => {
  it('can be stricter than the operator in everything', () => {
    const rules = config({
      caps: { tokens: 100, cost_usd: 0.5, minutes: 1 },
      limits: { files: 2, patch_bytes: 9 },
    });
    const stricter = { timeoutMs: 60_000, tokensMax: 100, costUsdMax: 0.5, patchBytesMax: 9 };
    expect(runLimitsFor(server, rules)).toEqual({ ...server, ...stricter });
    expect(changeLimitsFor({ filesMax: 300, allowed: new Set() }, rules).filesMax).toBe(2);
  });

  it('can never be laxer than the operator', () => {
    const rules = config({
      caps: { tokens: 1e9, cost_usd: 1_000, minutes: 1_440 },
      limits: { files: 1e6, patch_bytes: 1e9 },
    });
    expect(runLimitsFor(server, rules)).toEqual(server);
    expect(changeLimitsFor({ filesMax: 300, allowed: new Set() }, rules).filesMax).toBe(300);
  });

  it('that says nothing leaves the operator’s bounds, and dollars are bounded where the operator does not', () => {
    expect(runLimitsFor(server, config({}))).toEqual(server);
    const free = { ...server, costUsdMax: null };
    expect(runLimitsFor(free, config({})).costUsdMax).toBeNull();
    expect(runLimitsFor(free, config({ caps: { cost_usd: 2 } })).costUsdMax).toBe(2);
  });
});

describe('a change', () => {
  const rules = config({ paths: { allow: ['src/**'], deny: ['src/gen/'] }, limits: { files: 2, added_lines: 10 } });
  const judge = (paths: { path: string; from?: string }[], additions = 1) =>
    judgeByRepository({ paths, additions, patchBytes: 1 }, rules);

  it('within the bounds is allowed', () => {
    expect(judge([{ path: 'src/a' }, { path: 'src/b', from: 'src/c' }], 10)).toEqual({ kind: 'allowed' });
  });

  it('beyond them is refused with every reason, a former name among them', () => {
    const verdict = judge([{ path: 'src/a', from: 'docs/a' }, { path: 'src/gen/x' }, { path: 'src/b' }], 11);
    expect(verdict).toEqual({
      kind: 'refused',
      reasons: [
        expect.stringContaining('`docs/a`'),
        expect.stringContaining('`src/gen/x`'),
        expect.stringContaining('3 changed files'),
        expect.stringContaining('11 added lines'),
      ],
    });
  });

  it('far beyond them is refused in few words', () => {
    const verdict = judge(Array.from({ length: 5_000 }, (_, at) => ({ path: `x${at}` })));
    expect(verdict.kind === 'refused' && verdict.reasons).toHaveLength(22);
  });
});

describe('the model of a run', () => {
  const models = { model: 'big', models: ['big', 'small', 'tiny'] };

  it.each([
    [{}, undefined, 'big', ['big', 'small', 'tiny']],
    [{ model: 'small' }, undefined, 'small', ['big', 'small', 'tiny']],
    [{ model: 'small' }, 'tiny', 'tiny', ['big', 'small', 'tiny']],
    [{ models_allowed: ['tiny', 'small', 'foreign'] }, undefined, 'small', ['small', 'tiny']],
    [{ models_allowed: ['tiny', 'big'] }, undefined, 'big', ['big', 'tiny']],
  ])('with %j and %s asked for is %s of %j', (written, asked, ...[model, allowed]) => {
    expect(chooseModel(models, config(written), asked)).toEqual({ kind: 'model', model, models: allowed });
  });

  it.each([
    [{ models_allowed: ['foreign'] }, undefined],
    [{ model: 'foreign' }, undefined],
    [{ models_allowed: ['tiny'] }, 'big'],
    [{}, 'foreign'],
  ])('is never one that either forbids: %j, %s', (written, asked) => {
    expect(chooseModel(models, config(written), asked).kind).toBe('refused');
  });
});

describe('a label or an assignment', () => {
  const rules = config({ triggers: { labels: ['Bot: Fix'], assignee: true } });
  const assigned = (id: number) => ({ kind: 'assignee' as const, account: { id } });

  it('asks for work when it is one the repository names', () => {
    expect(isTriggered(rules, { kind: 'label', name: 'bot: fix' }, 7)).toBe(true);
    expect(isTriggered(rules, assigned(7), 7)).toBe(true);
  });

  it('asks for nothing otherwise', () => {
    expect(isTriggered(rules, { kind: 'label', name: 'bug' }, 7)).toBe(false);
    expect(isTriggered(rules, assigned(8), 7)).toBe(false);
    expect(isTriggered(config({}), { kind: 'label', name: 'Bot: Fix' }, 7)).toBe(false);
    expect(isTriggered(config({}), assigned(7), 7)).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import { explainText, type RulesNow } from '#core/domain/command/explain-text.ts';
import { PLAIN_TASK } from '#core/domain/run/run-task.ts';
import type { Run } from '#core/domain/run/run.ts';
import { aRequest, aRun } from '../samples.ts';

const VERSION = 'abcdef0123456789';
const limits = {
  ...{ timeoutMs: 60_000, idleMs: 1, outputBytesMax: 1, tokensMax: 9_000, costUsdMax: 5 },
  ...{ setUpTimeoutMs: 1, patchBytesMax: 1_000 },
};

/** The answer where this is configured and this holds. */
function explained(config: object = {}, differences: Partial<RulesNow> = {}, run?: Partial<Run>): string {
  const standing = run === undefined ? undefined : { request: aRequest(), run: aRun(run) };
  return explainText(
    { standing },
    {
      rules: RepositoryConfig.parse(config),
      version: VERSION,
      server: { limits, change: { filesMax: 100, allowed: new Set() }, model: 'm', models: ['m', 'n'] },
      by: { actor: { id: 1, login: 'ada', bot: false }, role: 'write' },
      quotas: [{ name: 'QUOTA_RUNS_PER_THREAD_HOUR', used: 1, most: 2 }],
      allowedHosts: [],
      refusedAt: undefined,
      wentBy: undefined,
      ...differences,
    },
  );
}

describe('explain names the rule, where it is written and the version that holds, of', () => {
  const full = { quotas: [{ name: 'QUOTA_RUNS_PER_PERSON_DAY', used: 3, most: 3 }] };
  const options = { model: 'gpt-unknown' };
  test.each<[string, string, string]>([
    ['a role that is enough', explained(), '@ada has `write`; `run_by: write` lets them start a run.'],
    ['a role that is not', explained({ run_by: 'admin' }), '`run_by: admin` does not let them start a run.'],
    ['a mention that begins work', explained(), '`triggers.mention: true` lets a bare mention begin work'],
    ['one that does not', explained({ triggers: { mention: false } }), '`triggers.mention: false` does not let a bare'],
    ['labels', explained({ triggers: { labels: ['go'] } }), 'labels: `go` (`triggers.labels`)'],
    ['a quota with room', explained(), 'Quotas let another run begin: 1 of 2 (QUOTA_RUNS_PER_THREAD_HOUR).'],
    [
      'one that is used up',
      explained({}, full),
      'Quotas do not let another run begin: 3 of 3 (QUOTA_RUNS_PER_PERSON_DAY).',
    ],
    ['approval', explained({ approval: 'plan' }), 'need approval: `plan`, by somebody else (`approval`).'],
    ['the model', explained({ model: 'n' }), 'Model (`model`, `models_allowed`): `n`, of `m`, `n`.'],
    [
      'a model that is refused',
      explained({}, {}, { task: { ...PLAIN_TASK, options } }),
      'The model `gpt-unknown` may not be used here; allowed: `m`, `n`.',
    ],
    ['paths', explained({ paths: { deny: ['db/**'] } }), 'A change may touch: all, but not `db/**` (`paths`)'],
    ['sizes', explained({ limits: { files: 3 } }), 'at most 3 files, 1,000 bytes of patch (`limits`).'],
    ['no host', explained(), 'Workspaces may reach: no host (`egress`, `allow host`).'],
    [
      'hosts, by the file and by comments',
      explained({ egress: ['a.example'] }, { allowedHosts: ['b.example'] }),
      'Workspaces may reach: `a.example`, `b.example` (`egress`, `allow host`).',
    ],
  ])('%s', (_, text, words) => {
    expect(text).toContain(words);
    expect(text).toContain('Configuration: version `abcdef012345` of the default branch.');
  });
});

describe('explain tells of the newest run', () => {
  test('why it was refused, what was blocked and by which version of the rules it went', () => {
    const failure = {
      code: 'policy',
      message: 'The change was not published, by version `0123` of the configuration.',
    };
    const text = explained(
      {},
      { wentBy: 'Rules: by version `0123` of the configuration' },
      { status: 'failed', failure, blocked: { 'x.example': 2 } },
    );
    expect(text).toContain('The newest run: Failed.\n\nRules: by version `0123` of the configuration');
    expect(text).toContain('Why it ended (`policy`):');
    expect(text).toContain('by version `0123`');
    expect(text).toContain('blocked: `x.example` (2 times)');
  });

  test('where the person was refused something in this thread before', () => {
    const refusedAt = 'https://host/5#comment';
    expect(explained({}, { refusedAt })).toContain(`the rule is named there: ${refusedAt}`);
  });

  test('and says so where there is none and no file', () => {
    const text = explained({}, { version: 'none' });
    expect(text).toContain('Configuration: none, so the defaults hold.');
    expect(text).toContain('I have no request in this thread.');
  });
});

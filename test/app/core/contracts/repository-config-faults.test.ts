import { describe, expect, it } from 'vitest';
import { judgeConfig } from '#core/usecases/config/judge-config.ts';
import { parseYaml } from '../../../../workers/parse-yaml.ts';

const faultsOf = (text: string): string[] => {
  const judged = judgeConfig(parseYaml, text);
  return judged.kind === 'config' ? [] : judged.faults.map((one) => `${one.line} ${one.path}: ${one.message}`);
};

describe('a fault of a configuration', () => {
  it.each([
    ['run_by: none\n', '1 run_by: must be `read`, `triage`, `write`, `maintain` or `admin`'],
    ['approval: maybe\n', '1 approval: must be `none`, `plan` or `publish`, or keys with values'],
    ['approval: [plan]\n', '1 approval: must be `none`, `plan` or `publish`, or keys with values'],
    [
      'approval:\n  maintainers: none\n  otters: plan\n',
      '3 approval.otters: unknown key `otters`; did you mean `others`?',
    ],
    ['approval:\n  others: maybe\n', '2 approval.others: must be `none`, `plan` or `publish`'],
    ['approval:\n', '1 approval: must be `none`, `plan` or `publish`, or keys with values'],
    ['triggers:\n', '1 triggers: must be keys with values, not empty'],
    ['triggers:\n  mention: "yes"\n', '2 triggers.mention: must be `true` or `false`, not text'],
    ['limits:\n  files: 1.5\n', '2 limits.files: must be a whole number, not a number'],
    ['limits:\n  files: 0\n', '2 limits.files: must be at least 1'],
    ['caps:\n  cost_usd: 0\n', '2 caps.cost_usd: must be more than 0'],
    ['caps:\n  minutes: 5000\n', '2 caps.minutes: must be at most 1440'],
    ['paths:\n  allow: []\n', '2 paths.allow: must have at least 1 item'],
    ['image: ""\n', '1 image: must not be empty'],
    [
      'review:\n  paths:\n    deny:\n      - a/**\n      - ../b\n',
      '5 review.paths.deny[1]: must be a path from the root without `/` before it, such as `src/**` or `*.md`',
    ],
    [
      'commands:\n  aliases:\n    ship: approve\n',
      '3 commands.aliases.ship: must be a slash and a word in small letters, such as `/ship`',
    ],
    ['proof: always\n', '1 proof: must be `off`, `try` or `require`, or keys with values'],
    ['proof: require\n', '1 proof: needs `suite` or `changed`: a command that runs tests, such as `suite: npm test`'],
    [
      'proof:\n  mode: try\n',
      '1 proof: needs `suite` or `changed`: a command that runs tests, such as `suite: npm test`',
    ],
    [
      'proof:\n  mode: try\n  changed: npm test\n',
      '3 proof.changed: must have `{files}`, where the changed test files are put',
    ],
    ['proof:\n  suit: npm test\n', '2 proof.suit: unknown key `suit`; did you mean `suite`?'],
    ['model: big\nmodels_allowed: [small]\n', '1 model: must be one of `models_allowed`'],
  ])('in %j is told with line, key and words', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('in a key that is like no other names those that are known', () => {
    expect(faultsOf('triggers:\n  zzzzzzzz: 1\n')).toEqual([
      '2 triggers.zzzzzzzz: unknown key `zzzzzzzz`; known are `mention`, `labels` or `assignee`',
    ]);
  });

  it('of a command word tells which commands there are', () => {
    expect(faultsOf('commands:\n  aliases:\n    /ship: deploy\n')).toEqual([
      expect.stringMatching(/^3 commands\.aliases\.\/ship: must be `run`, .* or `help`$/),
    ]);
  });

  it('is told for all faults at once, by line', () => {
    const lines = faultsOf('egress: [1]\nreview:\n  auto: 1\nrun_by: 7\nimage: 5\nfoo: 1\n').map((one) => one[0]);
    expect(lines).toEqual(['1', '3', '4', '5', '6']);
  });
});

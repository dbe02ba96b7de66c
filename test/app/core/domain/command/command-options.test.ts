import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS, OPTION_NAMES, OPTIONS, VERBS } from '#core/domain/command/command-list.ts';
import type { RunOptions } from '#core/domain/run/run-task.ts';
import { parseText } from '#core/domain/command/parse-text.ts';

const parse = (text: string) => parseText(text, { mention: 'astraforge', aliases: new Map() });
const optionsOf = (words: string): RunOptions | string => {
  const parsed = parse(`@astraforge run ${words} do it`);
  if (parsed.kind === 'reply') return parsed.text;
  expect(parsed).toMatchObject({ kind: 'command', command: { verb: 'run', prompt: 'do it', explicit: true } });
  return parsed.kind === 'command' && parsed.command.verb === 'run' ? parsed.command.options : 'ignored';
};

describe('an option is read as it is meant', () => {
  it.each<[string, RunOptions]>([
    ['--model gpt-5.5', { model: 'gpt-5.5' }],
    ['--model="vendor/m:32b"', { model: 'vendor/m:32b' }],
    ['--MAX-TOKENS 12', { maxTokens: 12 }],
    ['--max-tokens=200k', { maxTokens: 200_000 }],
    ['--max-tokens 1.5M', { maxTokens: 1_500_000 }],
    ['--max-cost 5', { maxCostUsd: 5 }],
    ['--max-cost $2.50', { maxCostUsd: 2.5 }],
    ['--max-cost=5usd', { maxCostUsd: 5 }],
    ['--base release/1.x', { base: 'release/1.x' }],
    ['--draft', { draft: true }],
    ['—draft –base main', { draft: true, base: 'main' }],
    ['--draft --', { draft: true }],
  ])('%s', (words, options) => {
    expect(optionsOf(words)).toEqual(options);
  });
});

describe('an unknown or malformed option gets one reply that names it and lists the right ones', () => {
  it.each([
    ['--modle x', '`--modle`'],
    ['--model=', '`--model`'],
    ['--model --draft', '`--model`'],
    ['--model ../x', '`../x`'],
    ['--max-tokens 0', '`0`'],
    ['--max-tokens 1.5', '`1.5`'],
    ['--max-tokens -3', '`-3`'],
    ['--max-tokens 1e9', '`1e9`'],
    ['--max-tokens 9999999M', '`9999999M`'],
    ['--max-cost 5€', '`5€`'],
    ['--max-cost 0', '`0`'],
    ['--max-cost 1.234', '`1.234`'],
    ['--base ../x', '`../x`'],
    ['--base -x', '`-x`'],
    ['--base a..b', '`a..b`'],
    ['--base x.lock', '`x.lock`'],
    ['--draft=no', '`--draft`'],
    ['--draft --draft', '`--draft`'],
  ])('%s', (words, named) => {
    const text = optionsOf(words);
    expect(text).toContain(named);
    for (const name of OPTION_NAMES) expect(text).toContain(`\`${OPTIONS[name].syntax}\``);
  });

  it('also of a command that takes other options, or none', () => {
    for (const verb of VERBS) {
      if (verb === 'reject' || verb === 'allow-host') continue;
      for (const name of OPTION_NAMES.filter((option) => !COMMANDS[verb].options.includes(option))) {
        for (const words of [`${verb} --${name} 5`, name === 'draft' ? `--draft ${verb}` : `--${name} 5 ${verb}`])
          expect(parse(`@astraforge ${words}`), words).toEqual({
            kind: 'reply',
            text: expect.stringContaining(`\`${verb}\` takes no \`--${name}\``),
          });
      }
    }
  });
});

it('options end with the first word that is none, and with their line', () => {
  const command = { verb: 'run', explicit: true };
  expect(parse('@astraforge run --draft - --model x')).toMatchObject({
    command: { ...command, prompt: '- --model x', options: { draft: true } },
  });
  expect(parse('@astraforge run --draft\n--model x')).toMatchObject({
    command: { ...command, prompt: '--model x', options: { draft: true } },
  });
  expect(parse('@astraforge run ---\ntext')).toMatchObject({
    command: { ...command, prompt: '---\ntext', options: {} },
  });
  expect(parse('@astraforge —please do it')).toMatchObject({ command: { verb: 'run', prompt: '—please do it' } });
});

it('whatever can be set is read back from how it is written, before and after the command', () => {
  const name = fc
    .stringMatching(/^[a-z][a-z0-9]{0,8}(?:[./-][a-z0-9]{1,8})?$/)
    .filter((word) => !word.endsWith('.lock'));
  const set = fc.record(
    {
      model: name,
      maxTokens: fc.integer({ min: 1, max: 1_000_000_000 }),
      maxCostUsd: fc.integer({ min: 1, max: 1_000_000 }).map((cents) => cents / 100),
      base: name,
      draft: fc.constant(true),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(set, fc.boolean(), fc.boolean(), (options, equals, before) => {
      const join = equals ? '=' : ' ';
      const written = [
        ...(options.model === undefined ? [] : [`--model${join}${options.model}`]),
        ...(options.maxTokens === undefined ? [] : [`--max-tokens${join}${options.maxTokens}`]),
        ...(options.maxCostUsd === undefined ? [] : [`--max-cost${join}$${options.maxCostUsd.toFixed(2)}`]),
        ...(options.base === undefined ? [] : [`--base${join}${options.base}`]),
        ...(options.draft === undefined ? [] : ['--draft']),
      ].join(' ');
      const text = before ? `@astraforge ${written} plan do it` : `@astraforge plan ${written} do it`;
      expect(parse(text)).toEqual({ kind: 'command', command: { verb: 'plan', prompt: 'do it', options } });
    }),
    { numRuns: 3_000 },
  );
});

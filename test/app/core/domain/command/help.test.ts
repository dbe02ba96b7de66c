import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandWords } from '#core/domain/command/command.ts';
import { COMMANDS, OPTION_NAMES, OPTIONS, VERBS, type Verb } from '#core/domain/command/command-list.ts';
import { helpText } from '#core/domain/command/help.ts';
import { parseText } from '#core/domain/command/parse-text.ts';
import { roleNeeded, type Role } from '#core/domain/rules/role.ts';

const WORDS: CommandWords = { mention: 'forge-bot', aliases: new Map([['/lgtm', 'approve']]) };
const ROOT = path.join(import.meta.dirname, '../../../../..');
const read = (file: string): string => readFileSync(path.join(ROOT, 'docs/guides/commands', file), 'utf8');
const guide = read('README.md');
const pageOf = (verb: Verb): string => read(`${verb}.md`).replace(/\s+/g, ' ');
/** Everything that the core can say, without the marks of code around and in it; what is put in shows as it is in the source. */
const WORDS_IN_CODE = readdirSync(path.join(ROOT, 'app/core'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(path.join(ROOT, 'app/core', name), 'utf8').replaceAll(/\\?`/g, ''))
  .join('\n');
const PARTS = [
  'Syntax',
  'Who may',
  'What happens',
  'Options',
  'On each host',
  'Answers',
  'Example',
  'What can go wrong',
];
const options = guide.slice(guide.indexOf('\n## Options\n'), guide.indexOf('\n## What you see\n'));
const leastRole = (verb: Verb): Role => roleNeeded(verb === 'allow-host' ? { verb, scope: 'once' } : { verb });

describe('help', () => {
  it('has one line for each command, under the name and aliases that are set', () => {
    const rows = helpText(WORDS)
      .split('\n')
      .filter((line) => line.startsWith('| `@forge-bot '));
    expect(rows).toHaveLength(VERBS.length);
    for (const [at, verb] of VERBS.entries()) expect(rows[at]).toContain(`\`@forge-bot ${COMMANDS[verb].syntax}\``);
    expect(rows.filter((row) => row.includes('`/lgtm`'))).toHaveLength(1);
  });

  it.each(VERBS)('of %s says how it is written, who may, and all its options', (verb) => {
    const text = helpText(WORDS, verb);
    expect(text).toContain(`\`@forge-bot ${COMMANDS[verb].syntax}\``);
    expect(text).toContain(`\`${leastRole(verb)}\``);
    for (const name of OPTION_NAMES)
      expect(text.includes(OPTIONS[name].syntax)).toBe(COMMANDS[verb].options.includes(name));
  });
});

describe('the guide', () => {
  it.each(VERBS)('has a page for %s with all its parts, and a row in the overview', (verb) => {
    const { syntax, does } = COMMANDS[verb];
    const page = pageOf(verb);
    for (const part of PARTS) expect(page).toContain(`**${part}:**`);
    expect(page).toContain(`\`@astraforge ${syntax}\``);
    expect(page).toContain(`people with ${leastRole(verb)} access or more`);
    expect(guide).toContain(`| [\`${syntax}\`](${verb}.md) | ${does} | ${leastRole(verb)}`);
  });

  it('has examples that are the commands they are examples of', () => {
    for (const verb of VERBS) {
      const [, example = ''] = /\*\*Example:\*\* `([^`]+)`/.exec(pageOf(verb)) ?? [];
      const parsed = parseText(example, { mention: 'astraforge', aliases: new Map() });
      expect(parsed, example).toMatchObject({ kind: 'command', command: { verb } });
    }
  });

  it.each(VERBS)('says for %s which options it takes', (verb) => {
    const [, said = ''] = /\*\*Options:\*\* (.*?) \*\*On each host/.exec(pageOf(verb)) ?? [];
    const taken = COMMANDS[verb].options.map((name) => `\`${OPTIONS[name].syntax}\``);
    expect(said.startsWith(taken.length === 0 ? 'none.' : `${taken.join(', ')};`) || said).toBe(true);
  });

  it.each(OPTION_NAMES)('has a row for --%s with the commands that take it', (name) => {
    const { syntax, does } = OPTIONS[name];
    const [, takers = ''] = new RegExp(`\\| \`${syntax}\` \\| [^|]+ \\| ([^|]+) \\|`).exec(options) ?? [];
    expect(guide).toContain(`| \`${syntax}\` | ${does} |`);
    expect(takers.split(', ').toSorted()).toEqual(
      VERBS.filter((verb) => COMMANDS[verb].options.includes(name)).toSorted(),
    );
  });

  it.each(['README', ...VERBS])('quotes in %s.md only what the code says, word for word', (name) => {
    const quotes = read(`${name}.md`)
      .split('\n')
      .flatMap((line) => (line.startsWith('> ') ? [line.slice(2)] : []));
    expect(quotes.length).toBeGreaterThan(0);
    const parts = quotes.flatMap((quote) => quote.split('…').map((part) => part.replace(/^[\s.,:?]+|[\s.,:?]+$/g, '')));
    expect(parts.filter((part) => !WORDS_IN_CODE.includes(part.replaceAll('`', '')))).toEqual([]);
  });
});

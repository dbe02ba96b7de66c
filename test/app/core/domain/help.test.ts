import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandWords } from '#core/domain/command.ts';
import { COMMANDS, nameOf, OPTION_NAMES, OPTIONS, VERBS } from '#core/domain/command-list.ts';
import { helpText } from '#core/domain/help.ts';
import { parseText } from '#core/domain/parse-text.ts';
import { roleNeeded, type Role } from '#core/domain/role.ts';

const WORDS: CommandWords = { mention: 'forge-bot', aliases: new Map([['/lgtm', 'approve']]) };
const ROOT = path.join(import.meta.dirname, '../../../..');
const guide = readFileSync(path.join(ROOT, 'docs/guides/commands.md'), 'utf8');
const PARTS = ['Syntax', 'Who may', 'What happens', 'Example', 'What can go wrong'];

const sections = new Map(
  guide
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section.replace(/\s+/g, ' ')]),
);
const leastRole = (verb: (typeof VERBS)[number]): Role =>
  roleNeeded(verb === 'allow-host' ? { verb, scope: 'once' } : { verb });

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
  it.each(VERBS)('has a section for %s with all its parts, and a row in the overview', (verb) => {
    const { syntax, does } = COMMANDS[verb];
    const section = sections.get(nameOf(verb)) ?? '';
    for (const part of PARTS) expect(section).toContain(`**${part}:**`);
    expect(section).toContain(`\`@astraforge ${syntax}\``);
    expect(section).toContain(`people with ${leastRole(verb)} access or more`);
    expect(guide).toContain(`| [\`${syntax}\`](#${nameOf(verb).replace(' ', '-')}) | ${does} | ${leastRole(verb)}`);
  });

  it('has examples that are the commands they are examples of', () => {
    for (const verb of VERBS) {
      const [, example = ''] = /\*\*Example:\*\* `([^`]+)`/.exec(sections.get(nameOf(verb)) ?? '') ?? [];
      const parsed = parseText(example, { mention: 'astraforge', aliases: new Map() });
      expect(parsed, example).toMatchObject({ kind: 'command', command: { verb } });
    }
  });

  it.each(OPTION_NAMES)('has a row for --%s with the commands that take it', (name) => {
    const { syntax, does } = OPTIONS[name];
    const [, takers = ''] =
      new RegExp(`\\| \`${syntax}\` \\| [^|]+ \\| ([^|]+) \\|`).exec(sections.get('Options') ?? '') ?? [];
    expect(guide).toContain(`| \`${syntax}\` | ${does} |`);
    expect(takers.split(', ').toSorted()).toEqual(
      VERBS.filter((verb) => COMMANDS[verb].options.includes(name)).toSorted(),
    );
  });
});

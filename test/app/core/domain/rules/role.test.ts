import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS, nameOf } from '#core/domain/command/command-list.ts';
import { mayCommand, roleNeeded, ROLES } from '#core/domain/rules/role.ts';
import { ASKED, leastRole, tableAllows, WHO_MAY } from '../../../../matrix/who-may.ts';

const GUIDE = path.resolve(import.meta.dirname, '../../../../../docs/guides/commands');
const CASES = ASKED.flatMap(([name, asked]) =>
  ROLES.map((role) => ({ name, asked, role, allowed: tableAllows(name, role) })),
);

describe('who may command', () => {
  it('every command has its row', () => {
    expect(ASKED.map(([name]) => name).toSorted()).toEqual(Object.keys(WHO_MAY).toSorted());
    for (const [name, signs] of Object.entries(WHO_MAY)) expect(signs, name).toMatch(/^[-+]{6}$/);
    expect(CASES).toHaveLength(90);
  });

  it.each(CASES)('$role, $name: $allowed', ({ asked, role, allowed }) => {
    expect(mayCommand(role, asked)).toBe(allowed);
  });

  it('the role that a refusal names is the least that may', () => {
    for (const [name, asked] of ASKED) expect(roleNeeded(asked), name).toBe(leastRole(name));
  });

  it('the guide names for each command the least role that may, in its table and on its page', async () => {
    const guide = await readFile(path.join(GUIDE, 'README.md'), 'utf8');
    const rows = new Map(
      [...guide.matchAll(/^\| \[`(.+?)`\]\(.+?\.md\) \| .+ \| (.+?) \|$/gm)].map((row) => [row[1], row[2]]),
    );
    for (const [name, { verb }] of ASKED) {
      const least = leastRole(name);
      const scope = name.slice(verb.length + 1);
      const told = rows.get(COMMANDS[verb].syntax) ?? '';
      expect(told.split(', '), name).toContain(scope === '' ? least : `${least} for \`${scope}\``);
      const page = await readFile(path.join(GUIDE, `${nameOf(verb).replaceAll(' ', '-')}.md`), 'utf8');
      const people = `people with ${least} access or more`;
      expect(page, name).toContain(scope === '' ? `**Who may:** ${people}` : `\`${scope}\`: ${people}`);
    }
    expect(rows.size).toBe(Object.keys(COMMANDS).length);
  });
});

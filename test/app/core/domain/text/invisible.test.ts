import { describe, expect, it } from 'vitest';
import type { Command } from '#core/domain/command/command.ts';
import { parseText } from '#core/domain/command/parse-text.ts';

const parse = (text: string) => parseText(text, { mention: 'astraforge', aliases: new Map() });
const asked = (text: string): Command | string => {
  const parsed = parse(text);
  if (parsed.kind === 'command') return parsed.command;
  return parsed.kind === 'reply' ? parsed.text : 'ignored';
};

describe('invisible characters neither make nor hide a command', () => {
  it('no call is made inside a word that readers see as one', () => {
    for (const text of [
      'x\u200B@astraforge run a',
      '@astraforge\u200B-ops run a',
      '@astra\u200Bforge run a',
      '/astra\u2060forge run a',
    ])
      expect(parse(text), JSON.stringify(text)).toEqual({ kind: 'ignore' });
  });

  it('a call, a command, an option and a host are read as they are seen', () => {
    expect(asked('\uFEFF@astraforge appr\u200Bove')).toEqual({ verb: 'approve' });
    expect(asked('\u200B/astraforge\u200B approve\u2060')).toEqual({ verb: 'approve' });
    expect(asked('@astraforge\u200B plan\uFEFF it')).toEqual({ verb: 'plan', prompt: 'it', options: {} });
    expect(asked('@astraforge run --mo\u200Bdel g\u{E0041}pt a')).toMatchObject({
      prompt: 'a',
      options: { model: 'gpt' },
    });
    expect(asked('@astraforge allow host a\u00AD.b')).toMatchObject({ host: 'a.b' });
    expect(asked('@astraforge \u200B\u{E0041}')).toContain('Tell me what to do');
  });

  it('a paragraph that is shown in another order than it is stored gets a reply, and no other paragraph does', () => {
    for (const turn of ['\u202E', '\u202A', '\u2066', '\u2068']) {
      expect(asked(`see ${turn}this\n@astraforge approve`)).toContain('reading direction');
      expect(asked(`@astraforge run a ${turn}b`)).toContain('reading direction');
      expect(asked(`see ${turn}this\r\n\r\n@astraforge approve\n\n${turn}`)).toEqual({ verb: 'approve' });
    }
  });
});

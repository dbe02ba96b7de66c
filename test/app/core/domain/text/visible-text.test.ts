import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleText } from '#core/domain/text/visible-text.ts';

const PIECES = ['`', '``', '```', '~~~', '\n', '\n\n', '> ', '    ', '<!--', '-->', '@astraforge', 'x', ' '];

it('blanking keeps every position and line end of the text', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }), (parts) => {
      const text = parts.join('');
      const visible = visibleText(text);
      expect(visible.length).toBe(text.length);
      for (let at = 0; at < text.length; at += 1) expect([text[at], ' ']).toContain(visible[at]);
    }),
    { numRuns: 2_000 },
  );
});

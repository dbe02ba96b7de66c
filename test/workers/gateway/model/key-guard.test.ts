import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyGuard, KeyInAnswer } from '../../../../workers/gateway/model/key-guard.ts';

function passAll(secret: string, chunks: readonly Buffer[]): { out: string; cut: boolean } {
  const guard = createKeyGuard(secret);
  const out: Buffer[] = [];
  try {
    for (const chunk of chunks) out.push(guard.pass(chunk));
    out.push(guard.rest());
    return { out: Buffer.concat(out).toString('latin1'), cut: false };
  } catch (error) {
    return { out: Buffer.concat(out).toString('latin1'), cut: error instanceof KeyInAnswer };
  }
}

const key = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 });
const chunks = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 }), { maxLength: 12 });

test('what has no key passes unchanged, and of what has one nothing passes from its first byte on', () => {
  fc.assert(
    fc.property(key, chunks, (secret, parts) => {
      const whole = parts.join('');
      const { out, cut } = passAll(
        secret,
        parts.map((part) => Buffer.from(part)),
      );
      const at = whole.indexOf(secret);
      const right = at === -1 ? out === whole : whole.slice(0, at).startsWith(out);
      expect({ cut, right }).toEqual({ cut: at !== -1, right: true });
    }),
    { numRuns: 5_000 },
  );
});

test('bytes that cannot begin the key are never held back', () => {
  const guard = createKeyGuard('sk-secret');
  expect(guard.pass(Buffer.from('data: {"a":1}\n\n')).toString()).toBe('data: {"a":1}\n\n');
  expect(guard.pass(Buffer.from('x sk-s')).toString()).toBe('x ');
  expect(guard.pass(Buffer.from('weet')).toString()).toBe('sk-sweet');
});

test('without a key everything passes', () => {
  expect(passAll('', [Buffer.from('abc')])).toEqual({ out: 'abc', cut: false });
});

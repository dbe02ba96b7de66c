import fc from 'fast-check';
import { expect, it } from 'vitest';
import { likelyVerb, VERBS } from '#core/domain/command/command-list.ts';
import { nearest } from '#core/domain/command/near-word.ts';

it.each([
  ['aprove', 'approve'],
  ['cancle', 'cancel'],
  ['stauts', 'status'],
  ['RETYR', 'retry'],
  ['hlep', 'help'],
  ['confg', 'config'],
  ['explian', 'explain'],
  ['allowhost', 'allow-host'],
  ['stop', 'cancel'],
  ['why', 'explain'],
])('%s is taken for %s', (word, verb) => {
  expect(likelyVerb(word)).toBe(verb);
});

it.each(['continue', 'yes', 'go', 'test', 'hello', 'deploy', 'refactor', 'x'.repeat(10_000)])(
  '%s is taken for no command',
  (word) => {
    expect(likelyVerb(word)).toBeUndefined();
  },
);

it('one slip in a name is always noticed, and the nearest name wins', () => {
  fc.assert(
    fc.property(fc.constantFrom(...VERBS), fc.nat(), fc.constantFrom('a', 'e', 'x', ''), (verb, seed, letter) => {
      const at = seed % verb.length;
      const wrong = verb.slice(0, at) + letter + verb.slice(at + 1);
      const names = [verb, 'something-else'];
      expect(nearest(wrong, names)).toBe(verb);
    }),
  );
});

const KEYS = ['approval', 'paths', 'model', 'models_allowed', 'limits', 'self', 'run_by'];

it.each([
  ['aproval', 'approval'],
  ['aprpoval', 'approval'],
  ['Approval', 'approval'],
  ['apporvals', 'approval'],
  ['path', 'paths'],
  ['modle', 'model'],
  ['models', 'model'],
  ['runby', 'run_by'],
  ['slef', 'self'],
])('%s was probably %s', (word, meant) => {
  expect(nearest(word, KEYS)).toBe(meant);
});

it.each(['', 'x', 'secrets', 'permissions', 'a'.repeat(60_000)])('nothing near is nothing: %.12s', (word) => {
  expect(nearest(word, KEYS)).toBeUndefined();
});

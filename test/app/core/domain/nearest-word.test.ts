import { expect, test } from 'vitest';
import { nearestWord } from '#core/domain/nearest-word.ts';

const KNOWN = ['approval', 'paths', 'model', 'models_allowed', 'limits', 'self', 'run_by'];

test.each([
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
  expect(nearestWord(word, KNOWN)).toBe(meant);
});

test.each(['', 'x', 'secrets', 'permissions', 'a'.repeat(60_000)])('nothing near is nothing: %.12s', (word) => {
  expect(nearestWord(word, KNOWN)).toBeUndefined();
});

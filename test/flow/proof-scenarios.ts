import { say, shell, type Scenario } from '../fakes/model/scenario.ts';

const double = (body: string): string => `export const double = (n) => ${body};\n`;
const testOf = (from: number, to: number): string =>
  `import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { double } from '../../src/double.js';\ntest('doubles ${from}', () => assert.equal(double(${from}), ${to}));\n`;

/** A repository in which 2 is doubled rightly, 3 is not, and only the first is tested. */
export const DOUBLING: Readonly<Record<string, string>> = {
  'package.json': '{ "private": true, "type": "module" }\n',
  'src/double.js': double('n + 2'),
  'test/doubling/two.test.js': testOf(2, 4),
};

const CHANGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'mend it with a test': { 'src/double.js': double('2 * n'), 'test/doubling/three.test.js': testOf(3, 6) },
  'mend it without a test': { 'src/double.js': double('2 * n') },
  'mend it with a test that shows nothing': {
    'src/double.js': double('2 * n'),
    'test/doubling/again.test.js': testOf(2, 4),
  },
  'mend it badly': { 'src/double.js': double('n + 3'), 'test/doubling/three.test.js': testOf(3, 6) },
  'do it wrongly': { 'src/double.js': double('n + 4'), 'test/doubling/three.test.js': testOf(3, 6) },
  'add the test': { 'test/doubling/three.test.js': testOf(3, 6) },
};

/** Runs all of its tests, and none of what else a host's repository begins with. */
export const SUITE = 'node --test test/doubling/*.test.js';

/** What the agent does by what it is asked: words to the files it writes. */
export const PROOF_SCENARIOS: readonly Scenario[] = Object.entries(CHANGES).map(([words, files]) => ({
  name: words,
  when: new RegExp(`${words}\\n`),
  steps: [
    ...Object.entries(files).map(([path, text]) => ({
      items: [shell(`echo ${Buffer.from(text).toString('base64')} | base64 -d > ${path}; echo written`)],
    })),
    { items: [say('Done.')] },
  ],
}));

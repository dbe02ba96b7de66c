import { sampleFiles, type SampleName } from './sample-service.ts';

/** What repairs a sample: each a map of path to the whole text of the file. */
export interface Repair {
  /** The source without the bug. */
  readonly source: Readonly<Record<string, string>>;
  /** A new test that fails with the bug and passes without. */
  readonly test: Readonly<Record<string, string>>;
}

interface Plan {
  readonly file: string;
  readonly bug: string;
  readonly cure: string;
  readonly testFile: string;
  readonly test: readonly string[];
}

const PLANS: Readonly<Record<SampleName, Plan>> = {
  typescript: {
    file: 'src/zones.ts',
    bug: 'ZONES[COUNTRIES[country] as keyof typeof ZONES]',
    cure: "ZONES[COUNTRIES[country] ?? 'world']",
    testFile: 'test/elsewhere.ts',
    test: [
      "import assert from 'node:assert/strict';",
      "import test from 'node:test';",
      "import { quote } from '../src/quote.ts';",
      '',
      "test('a country of no zone is charged as the world', () => {",
      "  assert.equal(quote({ country: 'JP', grams: 500 }), 1899 + 480);",
      '});',
    ],
  },
  javascript: {
    file: 'src/letter.js',
    bug: '  const { street, city } = customer.address;\n  return [customer.name, street, city];',
    cure: '  const { name, address } = customer;\n  return address === undefined ? [name] : [name, address.street, address.city];',
    testFile: 'test/without-address.test.js',
    test: [
      "import assert from 'node:assert/strict';",
      "import test from 'node:test';",
      "import { findCustomer } from '../src/customers.js';",
      "import { letterHead } from '../src/letter.js';",
      '',
      "test('a letter to somebody without an address starts with the name alone', () => {",
      "  assert.equal(letterHead(findCustomer('grace')), 'Grace Hopper\\n\\nDear Grace Hopper,');",
      '});',
    ],
  },
  python: {
    file: 'stock/levels.py',
    bug: '    return int(',
    cure: '    if article.sold == 0:\n        return None\n    return int(',
    testFile: 'tests/test_unsold.py',
    test: [
      'import unittest',
      '',
      'from stock.articles import ARTICLES',
      'from stock.levels import days_left',
      '',
      '',
      'class Unsold(unittest.TestCase):',
      '    def test_what_nobody_buys_lasts_for_ever(self):',
      '        self.assertIsNone(days_left(ARTICLES["slide-rules"]))',
    ],
  },
};

/** How the tests of a sample are run in its folder, without any package; TypeScript so from Node.js 22.18 on. */
export const SUITES: Readonly<Record<SampleName, string>> = {
  typescript: 'npm test',
  javascript: 'npm test',
  python: 'python3 -m unittest discover -s tests -t .',
};

/** What a good agent would do to a sample. */
export async function repairOf(sample: SampleName): Promise<Repair> {
  const { file, bug, cure, testFile, test } = PLANS[sample];
  const text = (await sampleFiles(sample))[file] ?? '';
  if (!text.includes(bug)) throw new Error(`${sample}: the bug is not in ${file} any more`);
  return { source: { [file]: text.replace(bug, cure) }, test: { [testFile]: `${test.join('\n')}\n` } };
}

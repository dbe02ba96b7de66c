import { say, shell, type Scenario } from '../fakes/model/scenario.ts';

/** A customer without an address gets a letter without one. */
const MENDED_LETTER = `export function addressLines({ name, address }) {
  return address === undefined ? [name] : [name, address.street, address.city];
}

export function letterHead(customer) {
  return [...addressLines(customer), '', 'Dear ' + customer.name + ','].join('\\n');
}
`;

const TEST = `import assert from 'node:assert/strict';
import test from 'node:test';
import { findCustomer } from '../src/customers.js';
import { letterHead } from '../src/letter.js';

test('whoever has no address gets a letter without one', () => {
  assert.equal(letterHead(findCustomer('grace')), 'Grace Hopper\\n\\nDear Grace Hopper,');
});
`;

/** The test that the agent writes, which fails in the sample as it is. */
export const NEW_TEST = 'test/no-address.test.js';

const write = (path: string, text: string): string =>
  `echo ${Buffer.from(text).toString('base64')} | base64 -d > ${path}; echo written`;

/** What the agent does about the failure of the JavaScript sample: plans, then writes a failing test and mends what it shows. */
export const MENDS_LETTER: readonly Scenario[] = [
  {
    name: 'plans',
    when: /change nothing[\s\S]*Mend the failure that/,
    steps: [{ items: [say('1. Test a customer without an address.\n2. Leave the address out then.')] }],
  },
  {
    name: 'mends',
    when: /The approved plan|How the change will be proven[\s\S]*INCIDENT|INCIDENT[\s\S]*How the change will be proven/,
    steps: [
      { items: [shell(write(NEW_TEST, TEST))] },
      { items: [shell(`node --test ${NEW_TEST}; true`)] },
      { items: [shell(write('src/letter.js', MENDED_LETTER))] },
      { items: [say('A letter to whoever has no address has none.')] },
    ],
  },
];

/** How the repository of the sample proves its changes. */
export const LETTER_CONFIG = "proof:\n  mode: try\n  suite: node --test test/*.js\n  changed: 'node --test {files}'\n";

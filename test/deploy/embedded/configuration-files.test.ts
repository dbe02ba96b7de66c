import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { configurationTable, envExample } from '../../../deploy/embedded/configuration-files.ts';
import { configuredVariables } from '../../../deploy/embedded/configured-variables.ts';
import { startRoot } from '../../process/start-in-empty-directory.ts';

const TEST_TIMEOUT_MS = 120_000;
const variables = configuredVariables().flatMap((group) => group.variables);
const fileText = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the documented configuration', () => {
  test('is what the schemas say (npm run docs:configuration writes it)', async () => {
    expect(await fileText('docs/configuration.md')).toBe(configurationTable());
    expect(await fileText('.env.example')).toBe(envExample());
  });

  test('has every variable once, with what it is for', () => {
    const names = variables.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(40);
    expect(names).toEqual([...new Set(names)]);
    for (const { name, meaning, readers } of variables) {
      expect(meaning.length, name).toBeGreaterThan(10);
      expect(readers, name).not.toEqual([]);
    }
  });

  test('sets nothing when .env.example is copied as it is', async () => {
    const lines = (await fileText('.env.example')).split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  test.each([
    ['app', 'app/main.ts'],
    ['workers', 'workers/main.ts'],
    ['sandbox', 'sandbox/main.ts'],
    ['gateway', 'workers/gateway-main.ts'],
  ] as const)(
    'says what %s reads and what it cannot start without',
    { timeout: TEST_TIMEOUT_MS },
    async (reader, root) => {
      const read = variables.filter((one) => one.readers.includes(reader));
      const numbers = read.filter(({ fallback }) => /^\d+$/.test(fallback ?? '')).map(({ name }) => name);
      await using process = await startRoot(root, Object.fromEntries(numbers.map((name) => [name, 'many'])));
      expect(await process.ended).toBe(1);
      const required = read.filter(({ requiredBy }) => requiredBy.includes(reader)).map(({ name }) => name);
      expect(named(process.stderr(), 'is not set')).toEqual(required.toSorted());
      expect(named(process.stderr(), 'is wrong')).toEqual(numbers.toSorted());
      expect([required, numbers]).not.toContainEqual([]);
    },
  );
});

function named(stderr: string, fault: string): string[] {
  return [...stderr.matchAll(new RegExp(`^ {2}([A-Z0-9_]+) ${fault}: .`, 'gm'))]
    .map(([, name]) => name ?? '')
    .toSorted();
}

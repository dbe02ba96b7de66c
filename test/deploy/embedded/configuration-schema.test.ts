import { readFile } from 'node:fs/promises';
import { Ajv, type AnySchema } from 'ajv';
import { describe, expect, test } from 'vitest';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import { configurationSchema } from '../../../deploy/embedded/configuration-schema.ts';
import { parseYaml } from '../../../workers/parse-yaml.ts';

const fileText = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const schema: AnySchema = JSON.parse(configurationSchema());
const validate = new Ajv({ allErrors: true }).compile(schema);

/** Every key with its words, by the path to it. */
function keysOf(node: unknown, path = ''): [string, string | undefined][] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties = {}, anyOf = [] }: { properties?: object; anyOf?: unknown[] } = node;
  const own = Object.entries(properties).flatMap(([key, value]: [string, { description?: string }]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [[at, value.description] as [string, string | undefined], ...keysOf(value, at)];
  });
  return [...own, ...anyOf.flatMap((side) => keysOf(side, path))];
}

async function examples(): Promise<unknown[]> {
  const guide = await fileText('docs/guides/repository-config.md');
  return [...guide.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => {
    const parsed = parseYaml(text);
    if (parsed.kind === 'faulty') throw new Error(JSON.stringify(parsed.faults));
    return parsed.value;
  });
}

describe('the JSON Schema of a repository’s configuration', () => {
  test('is what the code reads (npm run docs:schema writes it)', async () => {
    expect(await fileText('docs/astraforge.schema.json')).toBe(configurationSchema());
  });

  test('says of every key what it is for, and the guide names every key', async () => {
    const guide = await fileText('docs/guides/repository-config.md');
    const keys = keysOf(schema);
    expect(keys.length).toBeGreaterThan(35);
    for (const [key, meaning] of keys) {
      expect(meaning?.length, key).toBeGreaterThan(10);
      expect(guide, key).toContain(key.split('.').at(-1));
    }
  });

  test('and the code take every example of the guide', async () => {
    const found = await examples();
    expect(found.length).toBeGreaterThan(5);
    for (const example of found) {
      expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
      expect(RepositoryConfig.safeParse(example).success).toBe(true);
    }
    expect(Object.keys(found[0] ?? {}).toSorted()).toEqual(Object.keys(RepositoryConfig.shape).toSorted());
  });

  test.each([
    {},
    { approval: 'none' },
    { approval: { others: 'plan', self: true } },
    { egress: ['Registry.npmjs.org', '*.example.com'] },
    { caps: { cost_usd: 0.01 } },
    { paths: { allow: ['.github/**', 'a b/*.md'] } },
    { commands: { aliases: { '/go-on': 'retry' } } },
  ])('and the code take %j', (written) => {
    expect(validate(written), JSON.stringify(validate.errors)).toBe(true);
    expect(RepositoryConfig.safeParse(written).success).toBe(true);
  });

  test.each([
    [],
    { aproval: 'none' },
    { approval: 'maybe' },
    { approval: { maintainer: 'none' } },
    { approval: null },
    { run_by: 'none' },
    { triggers: { labels: ['a', 7] } },
    { egress: ['https://a.example'] },
    { egress: ['10.0.0.1'] },
    { paths: { allow: [] } },
    { paths: { deny: ['/etc'] } },
    { paths: { deny: ['a/../b'] } },
    { limits: { files: 0 } },
    { limits: { files: 1.5 } },
    { caps: { cost_usd: 0 } },
    { caps: { minutes: 100_000 } },
    { model: 'a b' },
    { review: { fail_on: 'always' } },
    { review: { paths: { alow: ['a'] } } },
    { commands: { aliases: { ship: 'approve' } } },
    { commands: { aliases: { '/ship': 'deploy' } } },
  ])('and the code refuse %j', (written) => {
    expect(validate(written)).toBe(false);
    expect(RepositoryConfig.safeParse(written).success).toBe(false);
  });
});

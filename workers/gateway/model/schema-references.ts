import { foldedKey, isObject } from './json-object.ts';

/** Keywords that name another schema; source: JSON Schema core 2019-09 and 2020-12, sections 8.1.1 and 8.2. */
const REFERENCES: ReadonlySet<string> = new Set(['$ref', '$dynamicref', '$recursiveref', '$id']);
/** The published dialects, which every validator has with it. */
const DIALECT = /^https?:\/\/json-schema\.org\/(?:draft-0[3-7]|draft\/20\d\d-\d\d)\/schema#?$/;

/**
 * What is wrong with a JSON schema, in words, when it names something outside of itself that a provider could fetch; undefined
 * when it does not. Any value is looked through, however keywords are nested, so also what only looks like a schema. Relies
 * on the depth that `parseStrictJson` allows.
 */
export function schemaFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const fault =
      isObject(value) && isOutside(foldedKey(key), inner) ? 'a schema that is elsewhere' : schemaFault(inner);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isOutside(key: string, value: unknown): boolean {
  if (typeof value !== 'string' || value.startsWith('#')) return false;
  return key === '$schema' ? !DIALECT.test(value) : REFERENCES.has(key);
}

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object, and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key as a server sees it that does not tell cases apart (Go's encoding/json folds Unicode case when it matches names). */
export function foldedKey(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** Whether two keys of an object are the same to a server that does not tell cases apart. */
export function hasLookAlikeKeys(object: JsonObject): boolean {
  const keys = Object.keys(object);
  return new Set(keys.map(foldedKey)).size < keys.length;
}

/** A name the guest chose, fit to be shown; `unnamed` when it is long or has characters that names do not have. */
export function shownName(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,79}$/.test(value) ? value : 'unnamed';
}

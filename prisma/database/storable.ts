/** Postgres has no U+0000 in text and jsonb, and jsonb refuses a lone surrogate; both become U+FFFD. */
const REPLACEMENT = '\u{fffd}';

/** The text as Postgres can hold it: the same unless it has U+0000 or a lone surrogate. */
export function storableText(text: string): string {
  const wellFormed = Buffer.from(text, 'utf8').toString('utf8');
  return wellFormed.replaceAll('\u0000', REPLACEMENT);
}

function storableMember(member: unknown): unknown {
  if (typeof member === 'string') return storableText(member);
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
  const entries = Object.entries(member);
  if (entries.every(([name]) => storableText(name) === name)) return member;
  return Object.fromEntries(entries.map(([name, value]) => [storableText(name), value]));
}

/** JSON text of a value for a `jsonb` parameter, every string and name in it made storable; undefined members are left out. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => storableMember(member));
}

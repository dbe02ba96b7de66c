/**
 * A shape as a vendor publishes it, written down by hand: the path of an object -> its fields in one line. The root has
 * the path ``, what is in the list `a` of the root `a[]`, what is in the object `b` of each `a[].b`; a root that is a list
 * starts with `[]`. An object or list without a line of its own is described no further.
 *
 * One word per field: `name:type`; `name~:type` may be absent; `type/null` may be null. Types are `string`, `number`,
 * `boolean`, `object`, `list`, `any`, and `=a|b` for one of these strings.
 */
export type PublishedShape = Readonly<Record<string, string>>;

/** A field as published. */
export interface PublishedField {
  readonly name: string;
  readonly optional: boolean;
  readonly nullable: boolean;
  readonly type: string;
}

const WORD =
  /^(?<name>[^:~]+)(?<optional>~?):(?<type>(?:=[^/]+|string|number|boolean|object|list|any))(?<null>\/null)?$/;

/** Reads one line. @throws Error on a word that is none of the notation's. */
export function readFields(line: string): PublishedField[] {
  const words = line.split(/\s+/).filter(Boolean);
  return words.map((word) => {
    const { name, optional, type, null: nullable } = WORD.exec(word)?.groups ?? {};
    if (name === undefined || type === undefined) throw new Error(`not in the notation: ${word}`);
    return { name, optional: optional === '~', nullable: nullable !== undefined, type };
  });
}

/** Where a value departs from a published shape, one line each; empty when it keeps to it. */
export function departures(shape: PublishedShape, value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => departures(shape, one, `${at}[]`));
  const line = shape[at];
  if (line === undefined) return at === '' ? ['not as published at all'] : [];
  if (!isRecord(value)) return [`${at || 'it'} is no object`];
  const fields = readFields(line);
  const known = new Set(fields.map((field) => field.name));
  const strays = Object.keys(value).filter((name) => !known.has(name) && value[name] !== undefined);
  return [
    ...strays.map((name) => `${join(at, name)} is not published`),
    ...fields.flatMap((field) => departuresOf(shape, { field, at: join(at, field.name) }, value[field.name])),
  ];
}

/** The name of each field that any line of a shape has, with its path. */
export function pathsOf(shape: PublishedShape): string[] {
  return Object.entries(shape).flatMap(([at, line]) => readFields(line).map((field) => join(at, field.name)));
}

function departuresOf(
  shape: PublishedShape,
  { field, at }: { readonly field: PublishedField; readonly at: string },
  value: unknown,
): string[] {
  if (value === undefined) return field.optional ? [] : [`${at} is missing`];
  if (value === null) return field.nullable || field.type === 'any' ? [] : [`${at} is null`];
  if (!isOf(field.type, value)) return [`${at} is no ${field.type}`];
  const isNested = field.type === 'object' || field.type === 'list';
  return isNested ? departures(shape, value, at) : [];
}

function isOf(type: string, value: unknown): boolean {
  if (type.startsWith('=')) return typeof value === 'string' && type.slice(1).split('|').includes(value);
  if (type === 'any') return true;
  if (type === 'list') return Array.isArray(value);
  return type === 'object' ? isRecord(value) : typeof value === type;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}

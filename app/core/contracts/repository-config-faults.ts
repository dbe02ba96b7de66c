import { z } from 'zod';
import { nearest } from '../domain/command/near-word.ts';

/** A mistake found in a value, with the way to it. */
export interface ValueFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
};

/** What to say of an issue, in our words; undefined where zod's own will do. */
export function issueWords(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}`;
    case 'too_big':
      return sizeWords('at most', issue.maximum, issue.origin);
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return sizeWords(issue.inclusive === false ? 'more than' : 'at least', issue.minimum, issue.origin);
    default:
      return undefined;
  }
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return `\`${value}\``;
  return KINDS[typeof value] ?? typeof value;
}

function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length === 1 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
}

function sizeWords(bound: string, size: number | bigint, origin: string): string {
  if (origin === 'array') return `must have ${bound} ${size} ${size === 1 ? 'item' : 'items'}`;
  return `must be ${bound} ${size}${origin === 'string' ? ' characters long' : ''}`;
}

/**
 * The faults behind zod's issues. An unknown key is a fault of its own, at its own place, with the key that was probably
 * meant; of a choice, the faults of the side that was meant. `schema` is what was parsed by.
 */
export function faultsOfIssues(issues: readonly Issue[], schema: z.core.$ZodType): ValueFault[] {
  return issues.flatMap((issue) => faultsOfIssue(issue, schema));
}

function faultsOfIssue(issue: Issue, schema: z.core.$ZodType): ValueFault[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }));
  }
  if (issue.code === 'invalid_key') return issue.issues.map((one) => ({ path, message: one.message }));
  if (issue.code !== 'invalid_union') return [{ path, message }];
  const sides = issue.errors.filter((side) => !side.some(isWrongKind));
  const [meant] = sides;
  if (meant === undefined) return [{ path, message: wordsOfSides(issue.errors) }];
  return meant.flatMap((one) => faultsOfIssue({ ...one, path: [...path, ...one.path] }, schema));
}

/** Whether a side of a choice is of another kind than the value, so that it was not meant. */
function isWrongKind(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function wordsOfSides(sides: readonly (readonly Issue[])[]): string {
  const words = sides.map((side) => side.find(isWrongKind)?.message ?? 'is wrong');
  return words
    .map((word, at) => (at === 0 ? word : word.replace(/^must be /, '').replace(/, not .*$/, '')))
    .join(', or ');
}

function unknownKey(key: string, known: readonly string[]): string {
  const shown = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  const meant = nearest(key, known);
  const advice = meant === undefined ? `known are ${oneOf(known)}` : `did you mean \`${meant}\`?`;
  return `unknown key \`${shown.replaceAll('`', "'")}\`; ${advice}`;
}

/** The keys a schema knows at a path, through defaults and choices. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => keysAt(option, path));
  if (!(inner instanceof z.ZodObject)) return [];
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(inner.shape);
  const next: unknown = inner.shape[String(step)];
  return next instanceof z.ZodType ? keysAt(next, rest) : [];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}

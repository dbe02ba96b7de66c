import { z } from 'zod';
import { cutBytes, utf8Bytes } from '../domain/text/text-limit.ts';

const ANSWER_BYTES_MAX = 512 * 1024;
const FINDINGS_MAX = 100;
const TEXT_BYTES_MAX = 20_000;
const TITLE_BYTES_MAX = 300;
const PATH_CHARACTERS_MAX = 1_000;
/** Far beyond any file; what is larger is no line. */
const LINE_MAX = 10_000_000;

const Line = z.number().int().min(1).max(LINE_MAX);
const textOf = (bytesMax: number) =>
  z
    .string()
    .trim()
    .transform((text) => cutBytes(text, bytesMax));

/** One thing that a reviewer found, as it was said. */
const SaidFinding = z.object({
  path: z.string().min(1).max(PATH_CHARACTERS_MAX),
  side: z.enum(['left', 'right']).nullish(),
  start_line: Line.nullish(),
  line: Line,
  severity: z.enum(['info', 'minor', 'major', 'critical']),
  title: textOf(TITLE_BYTES_MAX),
  body: textOf(TEXT_BYTES_MAX),
  suggestion: z.string().nullish(),
});

/**
 * What an agent answers that was asked to review a pull request. Lines count from 1; `start_line` is null or below `line`;
 * `suggestion` replaces the lines from one to the other in the new file. Texts that are too long are cut, a suggestion
 * that is too long, or for removed lines, is left out; of more than 100 findings the first are kept.
 */
export const ReviewAnswer = z.object({
  summary: textOf(TEXT_BYTES_MAX),
  verdict: z.enum(['approve', 'comment', 'request_changes']),
  findings: z.array(SaidFinding.transform(settled)).transform((all) => all.slice(0, FINDINGS_MAX)),
});
export type ReviewAnswer = z.infer<typeof ReviewAnswer>;

function settled({ side, start_line: start, line, suggestion, ...said }: z.infer<typeof SaidFinding>) {
  const first = Math.min(start ?? line, line);
  const last = Math.max(start ?? line, line);
  const canReplace = side !== 'left' && suggestion !== undefined && suggestion !== null;
  return {
    ...said,
    side: side ?? ('right' as const),
    start_line: first === last ? null : first,
    line: last,
    suggestion: canReplace && utf8Bytes(suggestion) <= TEXT_BYTES_MAX ? suggestion : null,
  };
}

/**
 * The same as JSON Schema, in the strict form that model servers take: every key is required, none is added. It lets
 * through more than {@link parseReviewAnswer}, which decides. Source: OpenAI's guide to structured outputs (August 2026).
 */
export const REVIEW_ANSWER_SCHEMA: Readonly<Record<string, unknown>> = objectOf({
  summary: { type: 'string' },
  verdict: { type: 'string', enum: ['approve', 'comment', 'request_changes'] },
  findings: {
    type: 'array',
    items: objectOf({
      path: { type: 'string' },
      side: { type: 'string', enum: ['left', 'right'] },
      start_line: { type: ['integer', 'null'] },
      line: { type: 'integer' },
      severity: { type: 'string', enum: ['info', 'minor', 'major', 'critical'] },
      title: { type: 'string' },
      body: { type: 'string' },
      suggestion: { type: ['string', 'null'] },
    }),
  },
});

function objectOf(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}

/** The answer, or what is wrong with it, fit to be shown. */
export type ParsedReview =
  { readonly kind: 'answer'; readonly answer: ReviewAnswer } | { readonly kind: 'unreadable'; readonly reason: string };

/** Finds the answer in an agent's last message: the JSON itself, or in a fence, or with words around it. Never throws. */
export function parseReviewAnswer(message: string): ParsedReview {
  if (utf8Bytes(message) > ANSWER_BYTES_MAX) return unreadable('it is too long');
  const json = candidatesOf(message).map(parseJson).find(isObject);
  if (json === undefined) return unreadable('it has no JSON object in it');
  const parsed = ReviewAnswer.safeParse(json);
  return parsed.success ? { kind: 'answer', answer: parsed.data } : unreadable(firstIssue(parsed.error));
}

/** The whole, the inside of the last fence, and all from the first brace to the last; of these the first that is JSON counts. */
function candidatesOf(message: string): string[] {
  const braced = message.slice(Math.max(message.indexOf('{'), 0), message.lastIndexOf('}') + 1);
  return [message, lastFenced(message.split('\n')), braced];
}

function lastFenced(lines: readonly string[]): string {
  let open: { readonly mark: string; readonly from: number } | undefined;
  let found = '';
  for (const [index, line] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})(?:json)?\s*$/i.exec(line)?.[1];
    if (mark === undefined) continue;
    if (open?.mark === mark) found = lines.slice(open.from, index).join('\n');
    open = open?.mark === mark ? undefined : (open ?? { mark, from: index + 1 });
  }
  return found;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where and what, in words that hold nothing of the answer itself. */
function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  const at = (issue?.path ?? []).map(String).join('.');
  return `${at === '' ? 'the whole' : at}: ${issue?.message ?? 'unknown'}`;
}

function unreadable(why: string): ParsedReview {
  return { kind: 'unreadable', reason: `The answer of the reviewer cannot be read: ${why}` };
}

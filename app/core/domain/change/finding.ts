import { shownPlace, type DiffFile, type MeantPlace, type ShownPlace } from './diff.ts';
import { SEVERITIES, type Severity } from '../rules/repository-rules.ts';

/** One thing that a reviewer found, as it was said; redacted. */
export interface SaidFinding extends MeantPlace {
  readonly severity: Severity;
  readonly title: string;
  readonly body: string;
  /** What the lines are to be replaced by, in the new file. */
  readonly suggestion: string | null;
}

/** A finding with its place in the diff; without one the diff does not show the lines it is about. */
export interface Finding {
  readonly said: SaidFinding;
  readonly at: ShownPlace | undefined;
  /** Its hidden key; see {@link findingKey}. */
  readonly key: string;
}

/** What a discussion that we began says about its finding. */
export interface KnownThread {
  readonly id: string;
  readonly key: string;
  readonly path: string;
  /** Null when its code has changed since. */
  readonly line: number | null;
  readonly resolved: boolean;
}

const HASH_CHARACTERS = 16;
const KEY = /^([0-9a-f]{16})-([0-9a-f]{16})-(info|minor|major|critical)$/;
const MARKER = /^<!-- astraforge:finding:([0-9a-z-]{1,80})(?::([0-9a-f-]{36}))? -->/;

/** Whether one severity is as high as another, or higher. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

/** The hidden line that begins the comment of a finding; `reviewId` is the run that found it, a UUID. Older versions gave none. */
export function findingMarker(key: string, reviewId?: string): string {
  return `<!-- astraforge:finding:${key}${reviewId === undefined ? '' : `:${reviewId}`} -->`;
}

/** The key in the body of a comment that begins with one. Anybody can write one, so the author has to be asked for as well. */
export function keyOfComment(body: string): string | undefined {
  return MARKER.exec(body)?.[1];
}

/** The run whose review such a comment is part of; null when it does not say. */
export function reviewOfComment(body: string): string | null {
  return MARKER.exec(body)?.[2] ?? null;
}

/**
 * Finds the places of what was said, each thing once. `digest` makes the SHA-256 of a text, lower-case hex.
 */
export function placeFindings(
  said: readonly SaidFinding[],
  files: readonly DiffFile[],
  digest: (text: string) => string,
): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const one of said) {
    const at = shownPlace(files, one);
    const key = findingKey(one, at, digest);
    const id = JSON.stringify([key, at?.place ?? [one.path, one.side, one.line]]);
    if (!found.has(id)) found.set(id, { said: one, at, key });
  }
  return [...found.values()];
}

/**
 * By what a finding is recognised in later rounds: the code it is about with its path, its title, and how severe it was.
 * Where in the file the code stands has no part in it, nor has white space, so it may move.
 */
function findingKey(
  { path, side, line, title, severity }: SaidFinding,
  at: ShownPlace | undefined,
  digest: (text: string) => string,
): string {
  const code = at?.lines.map(({ text }) => text.replaceAll(/\s+/g, ' ').trim()) ?? [String(line)];
  const where = JSON.stringify([at?.place.path ?? path, at?.place.side ?? side, ...code]);
  const words = title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const hash = (text: string): string => digest(text).slice(0, HASH_CHARACTERS);
  return `${hash(where)}-${hash(words)}-${severity}`;
}

/** What is in a key; undefined for one that is not ours. */
function partsOf(key: string): { where: string; title: string; severity: Severity } | undefined {
  const [, where, title, word] = KEY.exec(key) ?? [];
  const severity = SEVERITIES.find((one) => one === word);
  return where === undefined || title === undefined || severity === undefined ? undefined : { where, title, severity };
}

/** How severe the finding of a discussion was. */
export function severityOf({ key }: Pick<KnownThread, 'key'>): Severity | undefined {
  return partsOf(key)?.severity;
}

/**
 * Which discussion of ours is about which finding; each is about one at most. The surest come first: the same code and
 * title; the same code in other words, unless it is worse than it was; the same title in the same file where the
 * discussion is still open, since the code may have been changed without being mended.
 */
export function matchThreads(
  findings: readonly Finding[],
  threads: readonly KnownThread[],
): ReadonlyMap<Finding, KnownThread> {
  const matches = new Map<Finding, KnownThread>();
  const left = new Set(threads);
  for (const isSame of [isSameThing, isSamePlace, isSameTitle]) {
    for (const finding of findings) {
      if (matches.has(finding) || finding.at === undefined) continue;
      const thread = [...left].find((one) => isSame(finding, one));
      if (thread === undefined) continue;
      matches.set(finding, thread);
      left.delete(thread);
    }
  }
  return matches;
}

function isSameThing({ key }: Finding, thread: KnownThread): boolean {
  const [now, then] = [partsOf(key), partsOf(thread.key)];
  return now !== undefined && now.where === then?.where && now.title === then.title;
}

function isSamePlace({ key, said }: Finding, thread: KnownThread): boolean {
  const [now, then] = [partsOf(key), partsOf(thread.key)];
  return now !== undefined && now.where === then?.where && isAtLeast(then.severity, said.severity);
}

function isSameTitle({ key, at }: Finding, thread: KnownThread): boolean {
  const now = partsOf(key);
  const isHere = !thread.resolved && thread.path === at?.place.path;
  return isHere && now !== undefined && now.title === partsOf(thread.key)?.title;
}

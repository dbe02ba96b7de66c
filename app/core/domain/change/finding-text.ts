import type { DiffLine } from './diff.ts';
import { effectMarker } from '../host/effect.ts';
import { findingMarker, type Finding } from './finding.ts';
import { harmlessTitle, quotedHarmless } from '../text/outgoing.ts';
import { SEVERITIES, type Severity } from '../rules/repository-rules.ts';
import type { ReviewJudgement } from './review-judgement.ts';
import { cutBytes, wellFormed } from '../text/text-limit.ts';

/** GitHub refuses bodies above 65,536 characters; bytes are never fewer than characters, so these are safe. */
const REVIEW_BYTES_MAX = 60_000;
const BODY_BYTES_MAX = 20_000;
const SUMMARY_BYTES_MAX = 20_000;
const LISTED_BODY_BYTES_MAX = 1_500;
const TITLE_BYTES_MAX = 300;
const PATH_CHARACTERS_MAX = 200;
const SHA_CHARACTERS = 12;

/** What shows nothing or turns the reading direction: code with it reads other than it runs, so it is never offered. */
const UNSEEN = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]|\p{Default_Ignorable_Code_Point}/u;

/**
 * The comment of a finding on its line, with its hidden key, the run that found it and, where it mends these very lines, the
 * code to apply.
 */
export function findingBody({ said, at, key }: Finding, reviewId: string): string {
  const block = at?.exact === true ? suggestionBlock(said.suggestion, at.lines) : undefined;
  const parts = [
    findingMarker(key, reviewId),
    `**${nameOf(said.severity)}:** ${titleOf(said.title)}`,
    quotedHarmless(said.body, BODY_BYTES_MAX),
    ...(block === undefined ? [] : [block]),
  ];
  return wellFormed(parts.filter((part) => part !== '').join('\n\n'));
}

/**
 * A suggestion that a person can apply with one press, in a fence longer than any run of backticks in it. None for code that
 * is there already, or that holds characters which do not show.
 * Source: https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/incorporating-feedback-in-your-pull-request
 */
function suggestionBlock(suggestion: string | null, lines: readonly DiffLine[]): string | undefined {
  if (suggestion === null || UNSEEN.test(suggestion)) return undefined;
  const code = suggestion.replace(/\n$/, '');
  if (lines.some(({ now }) => now === null) || code === lines.map(({ text }) => text).join('\n')) return undefined;
  const longest = [...code.matchAll(/`+/g)].reduce((most, run) => Math.max(most, run[0].length), 2);
  const fence = '`'.repeat(longest + 1);
  return code === '' ? `${fence}suggestion\n${fence}` : `${fence}suggestion\n${code}\n${fence}`;
}

/** What a review says as a whole. */
export interface ReviewText {
  readonly judgement: ReviewJudgement;
  /** The reviewer's own words; redacted. */
  readonly summary: string;
  readonly headSha: string;
  /** Files that the configuration leaves out. */
  readonly leftOut: number;
}

/** One line that counts: `2 new findings (1 major, 1 minor), 1 known, 3 discussions resolved`. */
export function countLine({ remarks, listed, known, resolved }: ReviewJudgement): string {
  const news = [...remarks, ...listed].map(({ said }) => said.severity);
  const parts = [
    news.length === 0 ? 'No new findings' : `${counted(news.length, 'new finding')} (${bySeverity(news)})`,
    ...(known === 0 ? [] : [`${known} known and still open`]),
    ...(resolved.length === 0 ? [] : [`${counted(resolved.length, 'discussion')} resolved`]),
  ];
  return parts.join(', ');
}

/** How many of each severity, the worst first: `1 critical, 2 minor`. */
export function bySeverity(severities: readonly Severity[]): string {
  const counts = SEVERITIES.toReversed().map(
    (one) => [severities.filter((other) => other === one).length, one] as const,
  );
  return counts.flatMap(([count, one]) => (count === 0 ? [] : [`${count} ${one}`])).join(', ');
}

/** The text of a review: the counts, the summary, and what has no line of its own. Within the limits of hosts. */
export function reviewText({ judgement, summary, headSha, leftOut }: ReviewText): string {
  const { listed, untold } = judgement;
  const parts = [
    `**Review of ${headSha.slice(0, SHA_CHARACTERS)}:** ${countLine(judgement)}`,
    quotedHarmless(summary, SUMMARY_BYTES_MAX),
    ...listed.map(listedFinding),
    ...notes(untold, leftOut),
  ];
  return wellFormed(cutBytes(parts.filter((part) => part !== '').join('\n\n'), REVIEW_BYTES_MAX));
}

/** The same as the body of a review on the host, with the hidden marker by which the review of `runId` is found again. */
export function reviewBody(runId: string, text: ReviewText): string {
  return `${effectMarker(runId, 'review')}\n\n${reviewText(text)}`;
}

function listedFinding({ said }: Finding): string {
  const path = said.path.replaceAll(/[`\s\p{C}]/gu, ' ').slice(0, PATH_CHARACTERS_MAX);
  const where = `\`${path}\`, line ${said.line}${said.side === 'left' ? ' of the old file' : ''}`;
  const head = `**${nameOf(said.severity)}:** ${titleOf(said.title)} (${where})`;
  return `${head}\n\n${quotedHarmless(said.body, LISTED_BODY_BYTES_MAX)}`.trimEnd();
}

function notes({ minor, later, over }: ReviewJudgement['untold'], leftOut: number): string[] {
  const lines = [
    minor === 0 ? '' : `${counted(minor, 'finding')} below \`review.min_severity\`.`,
    later === 0 ? '' : `${counted(later, 'finding')} below major: such are told in the first round only.`,
    over === 0 ? '' : `${counted(over, 'further finding')}, for which there is no room here.`,
    leftOut === 0 ? '' : `${counted(leftOut, 'file')} that \`review.paths\` leaves out.`,
  ].filter((line) => line !== '');
  return lines.length === 0 ? [] : [`<sub>Not shown: ${lines.join(' ')}</sub>`];
}

function nameOf(severity: Severity): string {
  return severity.charAt(0).toUpperCase() + severity.slice(1);
}

function titleOf(title: string): string {
  return harmlessTitle(cutBytes(title.replaceAll(/\s+/g, ' ').trim(), TITLE_BYTES_MAX));
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

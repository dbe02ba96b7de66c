import type { DiffFile } from './diff.ts';
import {
  isAtLeast,
  matchThreads,
  placeFindings,
  severityOf,
  type Finding,
  type KnownThread,
  type SaidFinding,
} from './finding.ts';
import { pathAllowed } from '../rules/path-rules.ts';
import { SEVERITIES, type ReviewRules, type Severity } from '../rules/repository-rules.ts';

/** Remarks on lines in one review, and findings in the text of one; more than both are only counted. */
const REMARKS_MAX = 30;
const LISTED_MAX = 20;
/** What is told in later rounds as well; anything smaller only in the first one. */
const LATER_ROUNDS: Severity = 'major';

/** What a review comes to, measured against the discussions that earlier ones began. */
export interface ReviewJudgement {
  /** New findings to be put on their lines, the worst first. */
  readonly remarks: readonly Finding[];
  /** New findings that have no line in the diff, or for which there was no room. */
  readonly listed: readonly Finding[];
  /** Findings of earlier rounds that are still there. */
  readonly known: number;
  /** Discussions whose finding is gone and whose code was changed. */
  readonly resolved: readonly string[];
  /** What is not told, and why. */
  readonly untold: { readonly minor: number; readonly later: number; readonly over: number };
  /** Findings by severity that are so severe that the check fails; those that people have settled do not count. */
  readonly failing: readonly Severity[];
}

/** What is judged. `digest` makes the SHA-256 of a text, lower-case hex. */
export interface Judged {
  readonly findings: readonly SaidFinding[];
  /** All files that were reviewed. */
  readonly files: readonly DiffFile[];
  readonly threads: readonly KnownThread[];
  readonly rules: Pick<ReviewRules, 'paths' | 'min_severity' | 'fail_on'>;
  readonly digest: (text: string) => string;
}

/**
 * Decides what is told of a review. Nothing is told twice: not what has a discussion already, open or not. From the second
 * round on only what is `major` or worse is news. A discussion is resolved when its finding is not found any more and its
 * code has changed; where the code is as it was, not being found again means nothing, and it still counts for the check.
 */
export function judgeReview({ findings, files, threads, rules, digest }: Judged): ReviewJudgement {
  const wanted = findings.filter(({ path }) => pathAllowed(rules.paths, path));
  const severe = wanted.filter(({ severity }) => isAtLeast(severity, rules.min_severity));
  const placed = placeFindings(severe, files, digest).toSorted(worstFirst);
  const matches = matchThreads(placed, threads);
  const news = placed.filter((one) => !matches.has(one));
  const told = threads.length === 0 ? news : news.filter(({ said }) => isAtLeast(said.severity, LATER_ROUNDS));
  const onLines = told.filter(({ at }) => at !== undefined);
  const remarks = onLines.slice(0, REMARKS_MAX);
  const others = told.filter((one) => !remarks.includes(one));
  const matched = new Set(matches.values());
  const gone = threads.filter((thread) => !thread.resolved && !matched.has(thread));
  const kept = [...matches].filter(([, thread]) => !thread.resolved);
  const unmentioned = gone.filter(({ line }) => line !== null);
  const standing = [
    ...[...told, ...kept.map(([finding]) => finding)].map(({ said }) => said.severity),
    ...unmentioned.map(severityOf).filter((one) => one !== undefined),
  ];
  const { fail_on: failOn } = rules;
  return {
    remarks,
    listed: others.slice(0, LISTED_MAX),
    known: kept.length + unmentioned.length,
    resolved: gone.filter(({ line }) => line === null).map(({ id }) => id),
    untold: {
      minor: wanted.length - severe.length,
      later: news.length - told.length,
      over: Math.max(0, others.length - LISTED_MAX),
    },
    failing: failOn === 'never' ? [] : standing.filter((severity) => isAtLeast(severity, failOn)),
  };
}

/** The same without a remark on any line: everything is told in the text, as far as there is room. */
export function withoutLines(judgement: ReviewJudgement): ReviewJudgement {
  const all = [...judgement.remarks, ...judgement.listed];
  const over = judgement.untold.over + Math.max(0, all.length - LISTED_MAX);
  return { ...judgement, remarks: [], listed: all.slice(0, LISTED_MAX), untold: { ...judgement.untold, over } };
}

function worstFirst(one: Finding, other: Finding): number {
  return SEVERITIES.indexOf(other.said.severity) - SEVERITIES.indexOf(one.said.severity);
}

/** A pull request cut down to what the rules let be reviewed, or why it is not reviewed, in words to show. */
export type ReviewScope =
  | { readonly kind: 'files'; readonly files: readonly DiffFile[]; readonly leftOut: number }
  | { readonly kind: 'nothing'; readonly reason: string };

/** Applies the bounds of the configuration. `cut`: the host has left files out. */
export function reviewScope(
  { files, cut }: { readonly files: readonly DiffFile[]; readonly cut: boolean },
  rules: Pick<ReviewRules, 'paths' | 'files_max' | 'lines_max'>,
  countLines: (file: DiffFile) => number,
): ReviewScope {
  const inScope = files.filter(({ path }) => pathAllowed(rules.paths, path));
  const leftOut = files.length - inScope.length;
  if (inScope.length === 0 && !cut)
    return nothing(leftOut === 0 ? 'No file is changed.' : '`review.paths` leaves out every file that it changes.');
  if (cut || inScope.length > rules.files_max)
    return nothing(tooLarge(`${inScope.length}${cut ? ' files or more' : ' files'}`, 'files_max', rules.files_max));
  const lines = inScope.reduce((sum, file) => sum + countLines(file), 0);
  if (lines > rules.lines_max) return nothing(tooLarge(`${lines} changed lines`, 'lines_max', rules.lines_max));
  return { kind: 'files', files: inScope, leftOut };
}

function nothing(reason: string): ReviewScope {
  return { kind: 'nothing', reason };
}

function tooLarge(size: string, key: string, limit: number): string {
  return `It was not reviewed: it has ${size} within \`review.paths\`, and \`review.${key}\` is ${limit}.`;
}

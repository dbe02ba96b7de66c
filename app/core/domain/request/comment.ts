import { effectMarker } from '../host/effect.ts';
import { blockedLine, elapsed, headline, icon, savedLine, spent } from '../run/outcome.ts';
import { isDraftFor, proofText } from '../run/proof-text.ts';
import { quotedHarmless } from '../text/outgoing.ts';
import { approvalLines, placeLine } from './conversation-lines.ts';
import { threadWord } from '../host/host-traits.ts';
import { fencedLog, type LogExcerpt } from '../text/log-excerpt.ts';
import { runPageLine } from '../run/run-page.ts';
import { endedLine } from '../run/state-text.ts';
import { isSettled, type Run } from '../run/run.ts';
import { cutBytes, wellFormed } from '../text/text-limit.ts';
import type { WorkRequest } from './work-request.ts';

/** GitHub refuses comment bodies above 65,536 characters; bytes are never fewer than characters, so this is safe. */
const COMMENT_BYTES_MAX = 60_000;
const ANSWER_BYTES_MAX = 20_000;
const FAILURE_BYTES_MAX = 20_000;

/** Bytes of log in a comment: far below what GitLab takes, because every edit sends all of it. */
const LOG_BYTES_MAX = 100_000;

/** What is shown beside request and run. `now` is ISO 8601; `ahead` counts runs that come before. */
interface ShownWith {
  /** Where the check is, if the host took it. */
  readonly checkUrl: string | undefined;
  /** The run's page on the dashboard, if people reach one. */
  readonly pageUrl?: string | undefined;
  readonly now: string;
  readonly ahead?: number;
  readonly mention?: string;
  /** Only where the host's checks have no room for it. */
  readonly log?: LogExcerpt;
  /** The change that waits for approval, as it is to be shown; only where the host's checks have no room for it. */
  readonly diff?: string;
}

/**
 * The progress comment for a request and its newest run: one comment, edited in place. Begins with the hidden marker by
 * which it is found again.
 */
export function projectComment(request: WorkRequest, run: Run, shown: ShownWith): string {
  const { provider } = request.repo;
  const lines = [effectMarker(request.id, 'comment'), `${icon(run.status)} **${headline(run, provider)}**`];
  const place = placeLine(run, shown.ahead ?? 0);
  if (place !== undefined) lines.push(place);
  if (run.change !== null && request.ended === null)
    lines.push(`The change is ${isDraftFor(run.proof) ? 'a draft' : 'ready for review'}: ${run.change.url}`);
  lines.push(...approvalLines(run, { mention: shown.mention ?? 'astraforge', provider }));
  if (run.proof !== null) lines.push(proofText(run.proof));
  if (run.failure !== null) lines.push(quotedHarmless(run.failure.message, FAILURE_BYTES_MAX));
  if (isSettled(run.status) && run.finalMessage !== null && run.finalMessage !== '')
    lines.push(quotedHarmless(run.finalMessage, ANSWER_BYTES_MAX));
  for (const line of [savedLine(run), blockedLine(run), endedLine(request)]) if (line !== undefined) lines.push(line);
  const facts =
    shown.checkUrl === undefined ? [] : [`[${shown.log === undefined ? 'live log' : 'status'}](${shown.checkUrl})`];
  if (run.startedAt !== null) facts.push(elapsed(run, shown.now));
  if (run.usage.inputTokens > 0) facts.push(spent(run));
  // A request of the API is spoken about in its change, and closing that ends it too.
  if (!isSettled(run.status))
    facts.push(`close this ${threadWord(provider, request.thread?.kind ?? 'pull')} to cancel`);
  lines.push(`<sub>${facts.join(' · ')}</sub>`);
  return wellFormed(cutBytes(lines.join('\n\n'), COMMENT_BYTES_MAX)) + foldedParts(shown) + runPageLine(shown.pageUrl);
}

/** What a check would hold, where comments have room for it. GitLab shows Markdown inside when blank lines are around it. */
function foldedParts({ diff, log }: ShownWith): string {
  const parts = [
    ...(diff === undefined ? [] : [['Diff', diff]]),
    ...(log === undefined ? [] : [['Log', fencedLog(log, LOG_BYTES_MAX)]]),
  ];
  return parts.map(([name, text]) => `\n\n<details><summary>${name}</summary>\n\n${text}\n\n</details>`).join('');
}

/** A short answer that starts no run, with the hidden marker by which it is found again. */
export function replyBody(subjectId: string, text: string): string {
  return wellFormed(`${effectMarker(subjectId, 'reply')}\n\n${text}`);
}

import { effectMarker } from './effect.ts';
import { blockedLine, elapsed, headline, icon, savedLine, spent } from './outcome.ts';
import { quotedHarmless } from './outgoing.ts';
import { approvalLines, placeLine } from './conversation-lines.ts';
import { endedLine } from './state-text.ts';
import { isSettled, type Run } from './run.ts';
import { cutBytes, wellFormed } from './text-limit.ts';
import type { WorkRequest } from './work-request.ts';

/** GitHub refuses comment bodies above 65,536 characters; bytes are never fewer than characters, so this is safe. */
const COMMENT_BYTES_MAX = 60_000;
const ANSWER_BYTES_MAX = 20_000;
const FAILURE_BYTES_MAX = 20_000;

/**
 * The progress comment for a request and its newest run: one comment, edited in place. Begins with the hidden marker by
 * which it is found again. `checkUrl` is where the live log is, if the host took it.
 */
export function projectComment(
  request: WorkRequest,
  run: Run,
  shown: { checkUrl: string | undefined; now: string; ahead?: number; mention?: string },
): string {
  const lines = [effectMarker(request.id, 'comment'), `${icon(run.status)} **${headline(run)}**`];
  const place = placeLine(run, shown.ahead ?? 0);
  if (place !== undefined) lines.push(place);
  if (run.change !== null && request.ended === null) lines.push(`The change is ready for review: ${run.change.url}`);
  lines.push(...approvalLines(run, shown.mention ?? 'astraforge'));
  if (run.failure !== null) lines.push(quotedHarmless(run.failure.message, FAILURE_BYTES_MAX));
  if (isSettled(run.status) && run.finalMessage !== null && run.finalMessage !== '')
    lines.push(quotedHarmless(run.finalMessage, ANSWER_BYTES_MAX));
  for (const line of [savedLine(run), blockedLine(run), endedLine(request)]) if (line !== undefined) lines.push(line);
  const facts = shown.checkUrl === undefined ? [] : [`[live log](${shown.checkUrl})`];
  if (run.startedAt !== null) facts.push(elapsed(run, shown.now));
  if (run.usage.inputTokens > 0) facts.push(spent(run));
  if (!isSettled(run.status))
    facts.push(`close this ${request.thread.kind === 'pull' ? 'pull request' : 'issue'} to cancel`);
  lines.push(`<sub>${facts.join(' · ')}</sub>`);
  return wellFormed(cutBytes(lines.join('\n\n'), COMMENT_BYTES_MAX));
}

/** A short answer that starts no run, with the hidden marker by which it is found again. */
export function replyBody(subjectId: string, text: string): string {
  return wellFormed(`${effectMarker(subjectId, 'reply')}\n\n${text}`);
}

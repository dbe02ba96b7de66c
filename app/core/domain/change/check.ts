import { blockedLine, elapsed, headline, savedLine, spent } from '../run/outcome.ts';
import { proofText, unprovenWords } from '../run/proof-text.ts';
import { traitsOf } from '../host/host-traits.ts';
import { fencedLog, type LogExcerpt } from '../text/log-excerpt.ts';
import { quotedHarmless } from '../text/outgoing.ts';
import type { Button } from '../host/inbound.ts';
import { isSettled, type Run, type RunStatus } from '../run/run.ts';
import { cutBytes, wellFormed } from '../text/text-limit.ts';
import type { WorkRequest } from '../request/work-request.ts';

/** A button under a check run. GitHub: label and identifier at most 20 characters, description at most 40, three buttons. */
export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: Button;
}

/** A remark at a line of a file, shown with the commit. Lines count from 1. */
export interface CheckAnnotation {
  readonly path: string;
  readonly line: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
}

/** A check run as we want it to look; texts are already redacted and within the host's limits. */
export interface CheckView {
  /** Default: {@link CHECK_NAME}. */
  readonly name?: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion?: 'success' | 'failure' | 'neutral' | 'cancelled' | 'timed_out' | 'action_required';
  readonly actions?: readonly CheckAction[];
  /** GitHub takes 50 per call; whoever has more cuts them. */
  readonly annotations?: readonly CheckAnnotation[];
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  /** Where there is more to see; the host chooses a page of its own otherwise. */
  readonly detailsUrl?: string;
}

/** The name under which our check run appears. */
export const CHECK_NAME = 'astraforge';

/** Offered where trying again may help; a host shows buttons under what is completed only. */
const RETRY: CheckAction = { label: 'Retry', description: 'Run this once more', identifier: 'retry' };
const RETRIED: ReadonlySet<RunStatus> = new Set<RunStatus>(['failed', 'timed_out', 'cancelled']);

/**
 * GitHub refuses a summary or text above 65,535 bytes, counted after fences are put around it
 * (github/rest-api-description issue 5399, diggerhq/digger issue 2715).
 */
export const CHECK_TEXT_BYTES_MAX = 65_535;

/** GitHub publishes no limit for the title; longer ones are cut in its pages. */
const TITLE_BYTES_MAX = 250;
const MESSAGE_BYTES_MAX = 20_000;

const CONCLUSIONS: Partial<Record<RunStatus, NonNullable<CheckView['conclusion']>>> = {
  succeeded: 'success',
  unchanged: 'neutral',
  failed: 'failure',
  timed_out: 'timed_out',
  cancelled: 'cancelled',
};

/** A change that was made and is not proven is no success; it is a failure where the repository requires proof. */
function conclusionOf({ status, proof }: Run): CheckView['conclusion'] {
  if (status !== 'succeeded' || proof === null || proof.verdict === 'proven') return CONCLUSIONS[status];
  return proof.mode === 'require' ? 'failure' : 'neutral';
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function summaryOf(request: WorkRequest, run: Run, now: string): string {
  const { provider } = request.repo;
  const parts = [`**${headline(run, provider)}**`];
  if (run.failure !== null) parts.push(quotedHarmless(run.failure.message, MESSAGE_BYTES_MAX));
  if (run.change !== null) parts.push(`${capital(traitsOf(provider).changeWord)}: ${run.change.url}`);
  // Until a review is over these are the reviewer's words to us.
  const isForUs = run.task.kind === 'review' && !isSettled(run.status);
  if (run.finalMessage !== null && run.finalMessage !== '' && !isForUs)
    parts.push(quotedHarmless(run.finalMessage, MESSAGE_BYTES_MAX));
  if (run.proof !== null) parts.push(proofText(run.proof));
  for (const line of [savedLine(run), blockedLine(run)]) if (line !== undefined) parts.push(line);
  const facts = [
    `requested by ${request.requester.login}`,
    ...(run.provisioner === null ? [] : [`workspace: ${run.provisioner}`]),
    ...(run.startedAt === null ? [] : [elapsed(run, now)]),
    ...(run.usage.inputTokens > 0 ? [spent(run)] : []),
  ];
  return cutBytes(`${parts.join('\n\n')}\n\n${facts.join(' · ')}\n`, CHECK_TEXT_BYTES_MAX);
}

/**
 * The check run for a request and its newest run: a pure projection, so that showing the same state twice is harmless.
 * Text is valid UTF-8 within {@link CHECK_TEXT_BYTES_MAX}. `now` is ISO 8601.
 */
export function projectCheck(request: WorkRequest, run: Run, shown: { log: LogExcerpt; now: string }): CheckView {
  const conclusion = conclusionOf(run);
  const settled = isSettled(run.status);
  const said = headline(run, request.repo.provider);
  const why = run.failure?.message.split('\n')[0] ?? unprovenWords(run.proof);
  return {
    status: run.status === 'queued' ? 'queued' : settled ? 'completed' : 'in_progress',
    ...(settled && conclusion !== undefined ? { conclusion, completedAt: run.finishedAt ?? shown.now } : {}),
    ...(run.startedAt === null ? {} : { startedAt: run.startedAt }),
    ...(RETRIED.has(run.status) ? { actions: [RETRY] } : {}),
    title: cutBytes(wellFormed(why === undefined ? said : `${said}: ${why}`), TITLE_BYTES_MAX),
    summary: wellFormed(summaryOf(request, run, shown.now)),
    text: fencedLog(shown.log, CHECK_TEXT_BYTES_MAX),
  };
}

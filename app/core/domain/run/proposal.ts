import { traitsOf } from '../host/host-traits.ts';
import { personName } from '../host/repo.ts';
import { elapsed, spent } from './outcome.ts';
import { draftNotice, proofSection } from './proof-section.ts';
import { harmlessTitle, quotedHarmless } from '../text/outgoing.ts';
import { revertBody } from './revert-text.ts';
import type { Reverted } from './run-task.ts';
import type { CommandRecord, Run } from './run.ts';
import { runPageLine } from './run-page.ts';
import { cutBytes, wellFormed } from '../text/text-limit.ts';
import type { WorkRequest } from '../request/work-request.ts';

/** The reference product's rule for titles: 72 characters, cut with three dots. */
const TITLE_CHARS_MAX = 72;
const TITLE_LINE_CHARS_MIN = 12;
/** GitHub refuses bodies above 65,536 characters. */
const BODY_BYTES_MAX = 60_000;
const PROMPT_BYTES_MAX = 8_000;
const ANSWER_BYTES_MAX = 30_000;
const COMMANDS_MAX = 12;

/** First line of a prompt when it says enough, else all of it, in at most 72 characters. */
export function titleOf(prompt: string): string {
  const first = (prompt.split('\n')[0] ?? '').trim();
  const whole = first.length >= TITLE_LINE_CHARS_MIN ? first : prompt.replace(/\s+/g, ' ').trim();
  const title = harmlessTitle(whole.replaceAll('`', ''));
  if (title === '') return 'Requested change';
  const short = title.length <= TITLE_CHARS_MAX ? title : `${title.slice(0, TITLE_CHARS_MAX - 3)}...`;
  return wellFormed(short.charAt(0).toUpperCase() + short.slice(1));
}

function checked(commands: readonly CommandRecord[]): string {
  if (commands.length === 0) return 'The agent ran no command.';
  const shown = commands.slice(-COMMANDS_MAX);
  const rows = shown.map(({ command, exitCode }) => {
    const line = cutBytes((command.split('\n')[0] ?? '').replaceAll('`', "'").replaceAll('|', '\\|'), 160);
    return `| \`${line}\` | ${exitCode ?? 'not finished'} |`;
  });
  const note = commands.length > shown.length ? [`The last ${shown.length} of ${commands.length} commands:`, ''] : [];
  return [...note, '| command | exit code |', '|---|---|', ...rows].join('\n');
}

/**
 * Title and body of the pull request: what was asked, what was done, how it was checked, what it cost and where the
 * log is; at the end the run's page on the dashboard, `pageUrl`, if people reach one. A request from an issue closes that issue when the change is merged.
 */
export function projectProposal(
  request: WorkRequest,
  run: Run,
  shown: { runUrl: string; pageUrl?: string | undefined; now: string },
): { title: string; body: string } {
  const { reverts } = run.task;
  const body = reverts === undefined ? workBody(request, run, shown) : revertBody(request, { reverts, run }, shown);
  const whole = wellFormed(cutBytes(body, BODY_BYTES_MAX)) + runPageLine(shown.pageUrl);
  return { title: titleOf(request.prompt), body: whole };
}

function workBody(request: WorkRequest, run: Run, shown: { runUrl: string; now: string }): string {
  const { proof } = run;
  return [
    ...draftNotice(proof),
    '## What was asked',
    quotedHarmless(request.prompt, PROMPT_BYTES_MAX),
    [...originOf(request), `Requested by ${personName(request.requester)}.`].join(' '),
    '## What was done',
    quotedHarmless(run.finalMessage ?? 'The agent left no closing message.', ANSWER_BYTES_MAX),
    ...(proof === null ? [] : [proofSection(proof)]),
    '## How it was checked',
    checked(run.commands),
    '## Cost',
    `${spent(run)}, ${elapsed(run, shown.now)}${run.provisioner === null ? '' : ` in a ${run.provisioner} workspace`}.`,
    `[The run and its log](${shown.runUrl})`,
  ].join('\n\n');
}

function originOf({ thread, repo }: WorkRequest): string[] {
  if (thread === null) return [];
  const { kind, number } = thread;
  return [kind === 'issue' ? `Closes #${number}.` : `For ${traitsOf(repo.provider).changeSign}${number}.`];
}

/** Commit message: the title, the commit that is taken back where one is, and trailers naming the request and the person who asked. */
export function commitMessage(request: WorkRequest, reverts?: Reverted): string {
  const what = reverts === undefined ? '' : `This reverts commit ${reverts.sha}.\n\n`;
  return `${titleOf(request.prompt)}\n\n${what}${trailers(request)}`;
}

/** Commit message of work that was cut off; `why` is one line. */
export function unfinishedMessage(request: WorkRequest, why: string): string {
  const reason = harmlessTitle(why.split('\n')[0] ?? '');
  return `Unfinished: ${titleOf(request.prompt)}\n\nThe run ended before the work was done, and nobody has checked this: ${reason}\n\n${trailers(request)}`;
}

/** Commit message of a merge of the change with what others have pushed to its branch. */
export function mergeMessage(request: WorkRequest, branch: string): string {
  return `Merge the change into ${branch}\n\n${trailers(request)}`;
}

function trailers(request: WorkRequest): string {
  // No address: which one leads to this account is known to its server only, and another server's leads to somebody else.
  return `${requestTrailer(request.id)}\nRequested-by: ${request.requester.login}\n`;
}

/** The line of a commit's message that tells of which request it is. */
export function requestTrailer(requestId: string): string {
  return `Request: ${requestId}`;
}

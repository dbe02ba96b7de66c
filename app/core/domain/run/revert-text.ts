import { changeName, traitsOf } from '../host/host-traits.ts';
import { personName, type Provider } from '../host/repo.ts';
import { elapsed } from './outcome.ts';
import type { Reverted } from './run-task.ts';
import type { Run } from './run.ts';
import { pathList } from '../text/path-list.ts';
import { wellFormed } from '../text/text-limit.ts';
import type { WorkRequest } from '../request/work-request.ts';

/** What `Revert "…"` leaves of the 72 characters of a title (`proposal.ts`). */
const QUOTED_CHARS_MAX = 63;

/** Where a change is taken back. `base`: the branch that it came into. */
interface Taken {
  readonly reverts: Reverted;
  readonly provider: Provider;
  readonly base: string;
}

/** What a request to take a change back says, of which the first line is its title. */
export function revertPrompt({ reverts, provider, base }: Taken): string {
  const { title } = reverts;
  const short = title.length <= QUOTED_CHARS_MAX ? title : `${title.slice(0, QUOTED_CHARS_MAX - 3)}...`;
  const what = `Take back ${changeName(provider, reverts.number)}, which came into \`${inCode(base)}\` as ${reverts.sha}.`;
  return `${wellFormed(`Revert "${short}"`)}\n\n${what}`;
}

/**
 * What was taken back, for people. `left`: commits of the same change, rebased right before the one that is taken back;
 * `isNothing`: there was nothing to do.
 */
export function revertWords(
  { reverts, provider, base }: Taken,
  { left, isNothing }: { left: number; isNothing: boolean },
): string {
  const name = changeName(provider, reverts.number);
  const commit = `commit ${reverts.sha}`;
  const rest =
    left === 0
      ? ''
      : ` The change was rebased, and only its last commit is taken back: ${left === 1 ? '1 commit' : `${left} commits`} of it right before that one ${left === 1 ? 'stays' : 'stay'}.`;
  if (isNothing)
    return `Nothing of ${name} (${commit}) is left in \`${inCode(base)}\` that could be taken back.${rest}`;
  return `This takes back ${name}, which came into \`${inCode(base)}\` as ${commit} at ${reverts.at}. What others changed since then stays.${rest}`;
}

/** Why Git cannot take a change back by itself. */
export function revertConflict({ reverts, provider }: Omit<Taken, 'base'>, paths: readonly string[]): string {
  return `Nothing was pushed: since ${changeName(provider, reverts.number)} was merged these files were changed in the same places, so that Git cannot take it back by itself: ${pathList(paths)}.\n\nSay what is to become of them with \`run\`, and I write it.`;
}

/** Body of the pull request that takes a change back. It closes no issue: what the change was for is open again. */
export function revertBody(
  { thread, repo, requester }: WorkRequest,
  { reverts, run }: { reverts: Reverted; run: Run },
  shown: { runUrl: string; now: string },
): string {
  const sign = thread?.kind === 'issue' ? '#' : traitsOf(repo.provider).changeSign;
  const origin = thread === null ? [] : [`For ${sign}${thread.number}.`];
  return [
    '## What is taken back',
    run.finalMessage ?? `This takes back commit ${reverts.sha}.`,
    [...origin, `Requested by ${personName(requester)}.`].join(' '),
    '## How it was made',
    `By Git, without any agent, in ${elapsed(run, shown.now)}. What was merged is taken back as it is, and nobody has tried the result.`,
    `[The run and its log](${shown.runUrl})`,
  ].join('\n\n');
}

function inCode(text: string): string {
  return text.replaceAll('`', "'");
}

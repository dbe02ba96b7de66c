import { traitsOf } from '../host/host-traits.ts';
import { quotedHarmless } from '../text/outgoing.ts';
import type { Provider } from '../host/repo.ts';
import type { Run } from '../run/run.ts';

const PLAN_BYTES_MAX = 20_000;

/** Which place a run has in its thread; undefined when it is its turn. `ahead` counts the runs before it. */
export function placeLine(run: Run, ahead: number): string | undefined {
  if (run.status !== 'queued' || ahead === 0) return undefined;
  return `Number ${ahead + 1} in this thread: ${ahead === 1 ? 'one request is' : `${ahead} requests are`} done first.`;
}

/** What waits for approval and how to give it; the plan itself while a plan does. */
export function approvalLines(run: Run, { mention, provider }: { mention: string; provider: Provider }): string[] {
  if (run.status !== 'awaiting_approval' || run.awaiting === null) return [];
  const { logInComment } = traitsOf(provider);
  const emoji = logInComment ? ' or 👍 on this comment' : '';
  const how = `Approve it with \`@${mention} approve\`${emoji}, or say no with \`@${mention} reject REASON\`. Any other comment to me changes the request.`;
  if (run.awaiting.subject === 'plan') return [quotedHarmless(run.plan ?? '', PLAN_BYTES_MAX), how];
  const where = logInComment ? 'below' : 'in the check run `astraforge approval`';
  const diff = `Nothing was pushed yet. The diff is ${where}.`;
  return [diff, how];
}

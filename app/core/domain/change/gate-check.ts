import type { CheckAction, CheckView } from './check.ts';
import { CHECK_TEXT_BYTES_MAX } from './check.ts';
import { fenced, quotedHarmless } from '../text/outgoing.ts';
import type { Run } from '../run/run.ts';
import { isSettled } from '../run/run.ts';
import { cutBytes, utf8Bytes, wellFormed } from '../text/text-limit.ts';

/** The name of the check run under which something waits for approval: it is completed, so that its buttons are shown. */
export const GATE_NAME = 'astraforge approval';

const GATE_KEY = 'gate:';

/** The key of the check run under which something of `id` waits; `id` is that of its other check run. */
export function gateKey(id: string): string {
  return GATE_KEY + id;
}

/** The id in a check run's key, whichever of the two it is. */
export function idOfKey(key: string): string {
  return key.startsWith(GATE_KEY) ? key.slice(GATE_KEY.length) : key;
}

const PLAN_BYTES_MAX = 50_000;
const FENCE_BYTES = 600;
const ACTIONS: readonly CheckAction[] = [
  { label: 'Approve', description: 'Let it go on exactly as shown', identifier: 'approve' },
  { label: 'Cancel', description: 'Say no and end this run', identifier: 'cancel' },
];

/**
 * The check run that asks for approval, and afterwards says who gave it. `diff` is the change that would be pushed, as text;
 * what does not fit is cut, and said to be.
 */
export function projectGate(run: Run, shown: { diff: string | undefined; now: string }): CheckView {
  const waits = run.status === 'awaiting_approval';
  const isPlan = run.awaiting?.subject === 'plan';
  const what = isPlan ? 'plan' : 'change';
  const by = run.approved?.by.login;
  const done = by !== undefined ? `The ${what} was approved by ${by}` : `The ${what} was not approved`;
  const said = by !== undefined || !isSettled(run.status) ? 'success' : 'neutral';
  return {
    name: GATE_NAME,
    status: 'completed',
    conclusion: waits ? 'action_required' : said,
    completedAt: shown.now,
    title: waits ? `The ${what} waits for approval` : done,
    summary: wellFormed(summaryOf(run, isPlan)),
    text: isPlan ? quotedHarmless(run.plan ?? '', PLAN_BYTES_MAX) : diffText(shown.diff ?? ''),
    ...(waits ? { actions: ACTIONS } : {}),
  };
}

function summaryOf({ awaiting }: Run, isPlan: boolean): string {
  const of = isPlan ? 'plan (SHA-256)' : 'resulting tree';
  return [
    isPlan ? 'No code has been written yet.' : 'Nothing has been pushed yet.',
    `Approval counts for exactly this ${of} \`${awaiting?.digest ?? ''}\` under version \`${awaiting?.policyVersion ?? ''}\` of the repository's configuration; any change voids it.`,
  ].join('\n\n');
}

/** A fence can be long when the diff is full of backticks; the diff gives way until all of it fits. */
function diffText(diff: string): string {
  for (let keep = CHECK_TEXT_BYTES_MAX - FENCE_BYTES; keep > 0; keep -= 8_000) {
    const cut = cutBytes(diff, keep);
    const note = cut.length < diff.length ? '\n\nThe diff is cut here: it is too long to be shown whole.' : '';
    const text = wellFormed(fenced(cut)) + note;
    if (utf8Bytes(text) <= CHECK_TEXT_BYTES_MAX) return text;
  }
  return 'The diff cannot be shown here.';
}

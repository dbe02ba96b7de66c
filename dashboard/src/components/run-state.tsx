import { Badge, type Tone } from '@/components/ui/badge.tsx';
import type { RunState } from '@/generated/client/types.gen.ts';

const LOOKS: Readonly<Record<RunState, readonly [name: string, tone: Tone]>> = {
  queued: ['Queued', 'plain'],
  provisioning: ['Preparing', 'busy'],
  running: ['Running', 'busy'],
  publishing: ['Publishing', 'busy'],
  awaiting_approval: ['Awaits approval', 'wait'],
  succeeded: ['Succeeded', 'good'],
  unchanged: ['No change', 'good'],
  failed: ['Failed', 'bad'],
  timed_out: ['Timed out', 'bad'],
  cancelled: ['Cancelled', 'plain'],
};

const ORDER: readonly RunState[] = [
  ...(['queued', 'provisioning', 'running', 'publishing', 'awaiting_approval'] as const),
  ...(['succeeded', 'unchanged', 'failed', 'timed_out', 'cancelled'] as const),
];

/** Every state of a run with its name, in the order of its life. */
export const RUN_STATES = ORDER.map((state) => [state, LOOKS[state][0]] as const);

/** Where a run stands, as a badge; what is at work pulses. */
export function RunStateBadge({ state }: { readonly state: RunState }) {
  const [name, tone] = LOOKS[state];
  return (
    <Badge tone={tone}>
      <span className={`size-1.5 rounded-full bg-current ${tone === 'busy' ? 'pulse' : ''}`} aria-hidden />
      {name}
    </Badge>
  );
}

import type { Run } from '@/generated/client/types.gen.ts';
import { formatClock, formatDuration } from '@/lib/format.ts';
import { useNow } from '@/lib/use-now.ts';
import type { Stage } from '@/log/stages.ts';

/** A bar no narrower than can be seen, in percent. */
const SEEN = 1.5;

interface Bar {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a run did when, as bars under each other over its whole time; while it is at work the last one grows. */
export function RunTimeline({ run, stages }: { readonly run: Run; readonly stages: readonly Stage[] }) {
  const isLive = run.status === 'running';
  const now = useNow(1_000);
  const bars = barsOf(run, stages, isLive ? now : undefined);
  const start = bars[0]?.fromMs ?? 0;
  const whole = Math.max(1, (bars.at(-1)?.toMs ?? 0) - start);
  if (bars.length === 0) return <p className="text-[13px] text-muted-foreground">Nothing has happened yet.</p>;
  return (
    <ol className="space-y-1.5">
      {bars.map((bar, at) => {
        const left = Math.min(100 - SEEN, ((bar.fromMs - start) / whole) * 100);
        const width = Math.max(SEEN, ((bar.toMs - bar.fromMs) / whole) * 100);
        const isNow = isLive && at === bars.length - 1;
        return (
          <li
            key={at}
            title={formatClock(new Date(bar.fromMs).toISOString())}
            className="grid grid-cols-[5.5rem_1fr_4.75rem] items-center gap-2 text-xs"
          >
            <span className="truncate">{bar.name}</span>
            <span className="relative h-2 overflow-hidden rounded-full bg-muted" aria-hidden>
              <span
                className={`absolute inset-y-0 rounded-full ${isNow ? 'pulse bg-busy' : bar.name === 'Waiting' ? 'bg-input' : 'bg-primary'}`}
                style={{ left: `${left}%`, width: `${Math.min(width, 100 - left)}%` }}
              />
            </span>
            <span className="text-right text-muted-foreground tabular-nums">
              {formatDuration(bar.toMs - bar.fromMs)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** The wait in the queue, then the stages that the log tells of; each lasts until the next begins. */
function barsOf(run: Run, stages: readonly Stage[], nowMs: number | undefined): Bar[] {
  const asked = Date.parse(run.created_at);
  const begins = stages.map((stage) => ({ name: stage.name, fromMs: Date.parse(stage.from) }));
  const started = begins[0]?.fromMs ?? (run.started_at === null ? undefined : Date.parse(run.started_at));
  const finished = run.finished_at === null ? undefined : Date.parse(run.finished_at);
  const last = stages.at(-1);
  const end = nowMs ?? finished ?? (last === undefined ? asked : Date.parse(last.to));
  const waiting = { name: 'Waiting', fromMs: asked, toMs: started ?? end };
  const bars = begins.map((bar, at) => ({ ...bar, toMs: Math.max(bar.fromMs, begins[at + 1]?.fromMs ?? end) }));
  return [waiting, ...bars].filter((bar) => bar.toMs > bar.fromMs || bar.name !== 'Waiting');
}

import { Link } from '@tanstack/react-router';
import { RunStateBadge } from '@/components/run-state.tsx';
import { Ago, Took } from '@/components/time.tsx';
import { formatBytes, formatMoney } from '@/lib/format.ts';
import { threadName } from '@/lib/thread-name.ts';
import { visibleText } from '@/lib/visible-text.ts';
import type { RunSummary } from '@/generated/client/types.gen.ts';

/** Height of one row in pixels. */
export const RUN_ROW_HEIGHT = 56;

const COLUMNS =
  'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 sm:px-6 md:grid-cols-[minmax(0,1fr)_8.5rem_5rem_5rem_5.5rem_6rem]';

const KINDS = { change: '', fix: ' · fix', review: ' · review', revert: ' · revert' } as const;

/** What the columns are. */
export function RunRowHead() {
  return (
    <div
      className={`${COLUMNS} h-8 shrink-0 border-b bg-muted text-xs font-medium text-muted-foreground max-md:hidden`}
    >
      <span>Run</span>
      <span>State</span>
      <span className="text-right">Diff</span>
      <span className="text-right">Cost</span>
      <span className="text-right">Took</span>
      <span className="text-right">Asked</span>
    </div>
  );
}

/** One run; the whole row leads to it. */
export function RunRow({ run }: { readonly run: RunSummary }) {
  const { repository, thread, requester } = run;
  return (
    <Link
      to="/runs/$id"
      params={{ id: run.id }}
      className={`${COLUMNS} h-full text-[13px] -outline-offset-2 hover:bg-accent`}
    >
      <span className="min-w-0">
        <span className="block truncate font-medium">{visibleText(run.request_title)}</span>
        <span className="block truncate text-xs text-muted-foreground">
          {repository.full_name} {threadName(repository, thread)} · {requester.login}
          {KINDS[run.kind]}
        </span>
      </span>
      <span className="flex flex-col items-end gap-0.5 md:items-start">
        <RunStateBadge state={run.state} />
        <span className="text-xs text-muted-foreground md:hidden">
          <Ago at={run.created_at} />
        </span>
      </span>
      <span className="text-right text-muted-foreground tabular-nums max-md:hidden">
        {run.diff_size === 0 ? '–' : formatBytes(run.diff_size)}
      </span>
      <span className="text-right text-muted-foreground tabular-nums max-md:hidden">{formatMoney(run.cost_usd)}</span>
      <span className="text-right text-muted-foreground max-md:hidden">
        <Took from={run.started_at} to={run.finished_at} />
      </span>
      <span className="text-right text-muted-foreground max-md:hidden">
        <Ago at={run.created_at} />
      </span>
    </Link>
  );
}

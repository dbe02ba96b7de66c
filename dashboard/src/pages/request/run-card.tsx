import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { RunStateBadge } from '@/components/run-state.tsx';
import { Ago, Took } from '@/components/time.tsx';
import type { RunSummary } from '@/generated/client/types.gen.ts';
import { formatBytes, formatCompact, formatMoney } from '@/lib/format.ts';
import { visibleText } from '@/lib/visible-text.ts';

/** One run of a request, to be compared with its neighbours: the same figures stand at the same height. */
export function RunCard({ run, place }: { readonly run: RunSummary; readonly place: number }) {
  return (
    <li className="w-64 shrink-0 rounded-md border bg-background">
      <Link
        to="/runs/$id"
        params={{ id: run.id }}
        className="flex items-center justify-between gap-2 rounded-t-md border-b px-3 py-2 text-[13px] font-medium -outline-offset-2 hover:bg-accent"
      >
        Run {place}
        <RunStateBadge state={run.state} />
      </Link>
      <dl className="grid grid-cols-2 gap-x-3 gap-y-1 px-3 py-2 text-[13px]">
        <Figure name="Begun">
          <Ago at={run.started_at ?? run.created_at} />
        </Figure>
        <Figure name="Took">
          <Took from={run.started_at} to={run.finished_at} />
        </Figure>
        <Figure name="Diff">{run.diff_size === 0 ? '–' : formatBytes(run.diff_size)}</Figure>
        <Figure name="Tokens">{formatCompact(run.tokens.input + run.tokens.output)}</Figure>
        <Figure name="Cost">{formatMoney(run.cost_usd)}</Figure>
        <Figure name="Kind">{run.kind}</Figure>
      </dl>
      {run.failure !== null && (
        <p className="line-clamp-3 border-t px-3 py-2 text-xs text-bad">{visibleText(run.failure.message)}</p>
      )}
    </li>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="text-right tabular-nums">{children}</dd>
    </>
  );
}

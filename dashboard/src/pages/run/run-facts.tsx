import type { ReactNode } from 'react';
import { Took } from '@/components/time.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import type { Run } from '@/generated/client/types.gen.ts';
import { formatBytes, formatCount, formatMoment, formatMoney } from '@/lib/format.ts';
import type { Stage } from '@/log/stages.ts';
import { RunTimeline } from './run-timeline.tsx';

/** What is known of a run in numbers: times, cost, tokens, refusals, and where its work is. */
export function RunFacts({ run, stages }: { readonly run: Run; readonly stages: readonly Stage[] }) {
  const { tokens, artifacts } = run;
  const blocked = Object.entries(run.blocked).toSorted(([, a], [, b]) => b - a);
  return (
    <>
      <TitledCard title="Timeline">
        <RunTimeline run={run} stages={stages} />
      </TitledCard>
      <TitledCard title="Cost and tokens">
        <Facts>
          <Fact name="Cost">{formatMoney(run.cost_usd)}</Fact>
          <Fact name="Input tokens">{formatCount(tokens.input)}</Fact>
          <Fact name="of these cached">{formatCount(tokens.cached_input)}</Fact>
          <Fact name="Output tokens">{formatCount(tokens.output)}</Fact>
          <Fact name="of these reasoning">{formatCount(tokens.reasoning)}</Fact>
        </Facts>
      </TitledCard>
      <TitledCard title="Refused by the firewall">
        {blocked.length === 0 ? (
          <p className="text-[13px] text-muted-foreground">The workspace asked for nothing it may not reach.</p>
        ) : (
          <Facts>
            {blocked.map(([host, times]) => (
              <Fact key={host} name={host} isCode>
                {formatCount(times)} ×
              </Fact>
            ))}
          </Facts>
        )}
      </TitledCard>
      <TitledCard title="Details">
        <Facts>
          <Fact name="Kind">{run.kind}</Fact>
          <Fact name="Took">
            <Took from={run.started_at} to={run.finished_at} />
          </Fact>
          <Fact name="Asked">{formatMoment(run.created_at)}</Fact>
          {run.finished_at !== null && <Fact name="Ended">{formatMoment(run.finished_at)}</Fact>}
          <Fact name="Diff">{formatBytes(run.diff_size)}</Fact>
          {artifacts.branch !== undefined && <Fact name="Branch">{artifacts.branch}</Fact>}
          {artifacts.commit !== undefined && <Fact name="Commit">{artifacts.commit}</Fact>}
          {artifacts.saved_branch !== undefined && <Fact name="Kept in">{artifacts.saved_branch}</Fact>}
          <Fact name="Id">{run.id}</Fact>
        </Facts>
      </TitledCard>
    </>
  );
}

function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="space-y-1.5 text-[13px]">{children}</dl>;
}

function Fact(props: { readonly name: string; readonly isCode?: boolean; readonly children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className={props.isCode === true ? 'min-w-0 font-mono text-xs break-all' : 'shrink-0 text-muted-foreground'}>
        {props.name}
      </dt>
      <dd className="min-w-0 text-right break-all tabular-nums">{props.children}</dd>
    </div>
  );
}

import { Download } from 'lucide-react';
import { Fact, Facts, LongFact } from '@/components/facts.tsx';
import { Took } from '@/components/time.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import type { Run } from '@/generated/client/types.gen.ts';
import { formatBytes, formatCount, formatExactMoney, formatMoment } from '@/lib/format.ts';
import type { Stage } from '@/log/stages.ts';
import { RunTimeline } from './run-timeline.tsx';

/** What is known of a run in numbers: times, cost, tokens, refusals, and where its work is. */
export function RunFacts({ run, stages }: { readonly run: Run; readonly stages: readonly Stage[] }) {
  const { tokens } = run;
  const blocked = Object.entries(run.blocked).toSorted(([, a], [, b]) => b - a);
  return (
    <>
      <TitledCard title="Timeline">
        <RunTimeline run={run} stages={stages} />
      </TitledCard>
      <TitledCard title="Cost and tokens">
        <Facts>
          <Fact name="Cost">{formatExactMoney(run.cost_usd)}</Fact>
          <Fact name="Input tokens">{formatCount(tokens.input)}</Fact>
          <Fact name="of these cached" isPart>
            {formatCount(tokens.cached_input)}
          </Fact>
          <Fact name="Output tokens">{formatCount(tokens.output)}</Fact>
          <Fact name="of these reasoning" isPart>
            {formatCount(tokens.reasoning)}
          </Fact>
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
      <Details run={run} />
    </>
  );
}

/** When and where it was, and all that is kept of it. */
function Details({ run }: { readonly run: Run }) {
  const { artifacts } = run;
  return (
    <TitledCard title="Details">
      <Facts>
        <Fact name="Kind">{run.kind}</Fact>
        <Fact name="Took">
          <Took from={run.started_at} to={run.finished_at} />
        </Fact>
        <Fact name="Asked">{formatMoment(run.created_at)}</Fact>
        {run.finished_at !== null && <Fact name="Ended">{formatMoment(run.finished_at)}</Fact>}
        <Fact name="Diff">{formatBytes(run.diff_size)}</Fact>
        {artifacts.branch !== undefined && <LongFact name="Branch">{artifacts.branch}</LongFact>}
        {artifacts.commit !== undefined && <LongFact name="Commit">{artifacts.commit}</LongFact>}
        {artifacts.saved_branch !== undefined && <LongFact name="Kept in">{artifacts.saved_branch}</LongFact>}
        {run.log_deleted_at !== null && <Fact name="Log deleted">{formatMoment(run.log_deleted_at)}</Fact>}
        <LongFact name="Id">{run.id}</LongFact>
      </Facts>
      <a
        href={`/api/runs/${run.id}/export`}
        download
        className="mt-3 flex items-center gap-1.5 text-[13px] text-primary underline-offset-2 hover:underline"
      >
        <Download className="size-3.5" aria-hidden /> Everything kept of this run, as JSON
      </a>
    </TitledCard>
  );
}

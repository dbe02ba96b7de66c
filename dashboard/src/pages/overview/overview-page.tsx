import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { Overview } from '../../../../app/core/contracts/http/overview.ts';
import { overviewQuery } from '@/api/queries.ts';
import { PageHead } from '@/components/page-head.tsx';
import { Failed } from '@/components/said.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import { Select } from '@/components/ui/field.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatCompact, formatCount, formatDuration, formatMoney, formatShare } from '@/lib/format.ts';
import { DayChart } from './day-chart.tsx';

const PERIODS = [
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
  ['90', 'Last 90 days'],
] as const;
const MISSING = {
  title: 'The overview is not available',
  text: 'This server does not tell sums. Runs are listed as ever.',
};

/** How things go: what is under way, and what became of the runs of the last days. */
export function OverviewPage() {
  const [days, setDays] = useState('30');
  const overview = useQuery({ ...overviewQuery(Number(days)), placeholderData: keepPreviousData });
  return (
    <div className="mx-auto max-w-6xl space-y-4 p-4 sm:p-6">
      <PageHead title="Overview">
        <Select
          label="Period"
          className="w-36"
          value={days}
          options={PERIODS}
          onChange={(event) => setDays(event.target.value)}
        />
      </PageHead>
      {overview.isPending && <SkeletonRows count={8} />}
      {overview.isError && overview.data === undefined && (
        <Failed thrown={overview.error} retry={() => void overview.refetch()} missing={MISSING} />
      )}
      {overview.data !== undefined && <Sums overview={overview.data} />}
    </div>
  );
}

function Sums({ overview }: { readonly overview: Overview }) {
  const { now, succeeded, failed, cancelled, by_day: byDay } = overview;
  const ended = succeeded + failed;
  const tokens = byDay.reduce((sum, day) => sum + day.tokens, 0);
  const median = overview.median_sec_to_change;
  return (
    <>
      <ul className="grid grid-cols-3 gap-3" aria-label="Now">
        <Now name="Queued" count={now.queued} state="queued" />
        <Now name="Running" count={now.running} state="running" />
        <Now name="Awaiting approval" count={now.awaiting_approval} state="awaiting_approval" />
      </ul>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure
          name="Success rate"
          note={`${formatCount(succeeded)} of ${formatCount(ended)} that ended by themselves`}
        >
          {ended === 0 ? '–' : formatShare(succeeded, ended)}
        </Figure>
        <Figure name="Median time to a merge request" note="From the request to the change">
          {median === null ? '–' : formatDuration(median * 1_000)}
        </Figure>
        <Figure name="Cost" note={`${formatCompact(tokens)} tokens`}>
          {formatMoney(overview.cost_usd)}
        </Figure>
        <Figure name="Cancelled" note="By people, or with their thread">
          {formatCount(cancelled)}
        </Figure>
      </dl>
      <Charts days={byDay} />
    </>
  );
}

function Charts({ days }: { readonly days: Overview['by_day'] }) {
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <TitledCard title="Runs that ended per day">
        <DayChart
          label="Runs that ended per day"
          days={days}
          format={formatCount}
          series={[
            { name: 'succeeded', className: 'fill-good', valueOf: (day) => day.succeeded },
            { name: 'failed', className: 'fill-bad', valueOf: (day) => day.failed },
            { name: 'cancelled', className: 'fill-muted-foreground/60', valueOf: (day) => day.cancelled },
          ]}
        />
      </TitledCard>
      <TitledCard title="Cost per day">
        <DayChart
          label="Cost per day"
          days={days}
          format={formatMoney}
          series={[{ name: 'spent', className: 'fill-primary', valueOf: (day) => day.cost_usd }]}
        />
      </TitledCard>
    </div>
  );
}

function Now(props: {
  readonly name: string;
  readonly count: number;
  readonly state: 'queued' | 'running' | 'awaiting_approval';
}) {
  return (
    <li>
      <Link
        to="/runs"
        search={{ state: props.state }}
        className="block h-full rounded-lg border bg-card px-4 py-3 hover:bg-accent"
      >
        <span className="block text-2xl font-semibold tabular-nums">{formatCount(props.count)}</span>
        <span className="block text-[13px] text-muted-foreground">{props.name}</span>
      </Link>
    </li>
  );
}

function Figure({
  name,
  note,
  children,
}: {
  readonly name: string;
  readonly note: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex min-w-0 flex-col justify-between rounded-lg border bg-card px-4 py-3">
      <dt className="text-[13px] text-muted-foreground">{name}</dt>
      <dd className="mt-1">
        <span className="text-xl font-semibold tabular-nums">{children}</span>
        <span className="block text-xs text-muted-foreground">{note}</span>
      </dd>
    </div>
  );
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { recentRunsQuery, runsQuery, type RunFilter } from '@/api/queries.ts';
import { EndlessList } from '@/components/endless-list.tsx';
import { PageHead } from '@/components/page-head.tsx';
import { Failed, Nothing } from '@/components/said.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import type { RunsSearch } from '../search-params.ts';
import { RunFilters } from './run-filters.tsx';
import { RUN_ROW_HEIGHT, RunRow, RunRowHead } from './run-row.tsx';

const route = getRouteApi('/runs');
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What to ask the API for. Moments are whole hours, so that looking again is the same question. */
function filterOf({ days, ...rest }: RunsSearch): RunFilter {
  if (days === undefined) return rest;
  const since = Math.floor((Date.now() - days * DAY_MS) / HOUR_MS) * HOUR_MS;
  return { ...rest, since: new Date(since).toISOString() };
}

/** All runs, newest first, as the address says to filter them. */
export function RunsPage() {
  const search = route.useSearch();
  const runs = useInfiniteQuery(runsQuery(filterOf(search)));
  const recent = useQuery(recentRunsQuery).data;
  const rows = useMemo(() => runs.data?.pages.flatMap((page) => page.rows) ?? [], [runs.data]);
  const { fetchNextPage, isFetchingNextPage } = runs;
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const isFiltered = Object.keys(search).length > 0;
  return (
    <div className="flex h-full flex-col">
      <div className="space-y-3 border-b px-4 py-3 sm:px-6">
        <PageHead title="Runs" />
        <RunFilters search={search} known={[...(recent ?? []), ...rows]} />
      </div>
      <RunRowHead />
      {runs.isPending && <SkeletonRows count={12} className="sm:px-6" />}
      {runs.isError && rows.length === 0 && <Failed thrown={runs.error} retry={() => void runs.refetch()} />}
      {runs.isSuccess && rows.length === 0 && (
        <Nothing title={isFiltered ? 'No run is like that' : 'There is no run yet'}>
          {isFiltered
            ? 'Take a filter away to see more.'
            : 'A comment to the bot on an issue or a pull request begins one.'}
        </Nothing>
      )}
      {rows.length > 0 && (
        <EndlessList
          label="Runs, newest first"
          rows={rows}
          keyOf={(run) => run.id}
          rowHeight={RUN_ROW_HEIGHT}
          hasMore={runs.hasNextPage}
          more={more}
        >
          {(run) => <RunRow run={run} />}
        </EndlessList>
      )}
    </div>
  );
}

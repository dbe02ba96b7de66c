import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { incidentsQuery } from '@/api/queries.ts';
import { EndlessList } from '@/components/endless-list.tsx';
import { INCIDENT_STATES } from '@/components/incident-state.tsx';
import { PageHead } from '@/components/page-head.tsx';
import { Failed, Nothing } from '@/components/said.tsx';
import { Select } from '@/components/ui/field.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { searchOfIncidents } from '../search-params.ts';
import { INCIDENT_ROW_HEIGHT, IncidentRow } from './incident-row.tsx';

const route = getRouteApi('/incidents');
const MISSING = { title: 'Incidents are not available', text: 'This server does not tell of any.' };

/** What error trackers told of, grouped by cause, newest first. */
export function IncidentsPage() {
  const search = route.useSearch();
  const incidents = useInfiniteQuery(incidentsQuery(search));
  const rows = useMemo(() => incidents.data?.pages.flatMap((page) => page.rows) ?? [], [incidents.data]);
  const { fetchNextPage, isFetchingNextPage } = incidents;
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return (
    <div className="flex h-full flex-col">
      <div className="border-b px-4 py-3 sm:px-6">
        <PageHead title="Incidents">
          <StateFilter />
        </PageHead>
      </div>
      {incidents.isPending && <SkeletonRows count={10} className="sm:px-6" />}
      {incidents.isError && rows.length === 0 && (
        <Failed thrown={incidents.error} retry={() => void incidents.refetch()} missing={MISSING} />
      )}
      {incidents.isSuccess && rows.length === 0 && <Empty isFiltered={search.state !== undefined} />}
      {rows.length > 0 && (
        <EndlessList
          label="Incidents, newest first"
          rows={rows}
          keyOf={(incident) => incident.id}
          rowHeight={INCIDENT_ROW_HEIGHT}
          hasMore={incidents.hasNextPage}
          more={more}
        >
          {(incident) => <IncidentRow incident={incident} />}
        </EndlessList>
      )}
    </div>
  );
}

/** In which state they are; the choice goes to the address. */
function StateFilter() {
  const navigate = useNavigate();
  return (
    <Select
      label="Any state"
      className="w-44"
      value={route.useSearch().state ?? ''}
      options={[['', 'Any state'], ...INCIDENT_STATES]}
      onChange={({ target: { value: state } }) =>
        void navigate({ to: '/incidents', search: searchOfIncidents({ state }), replace: true })
      }
    />
  );
}

function Empty({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) return <Nothing title="No incident is like that">Take the filter away to see more.</Nothing>;
  return (
    <Nothing title="There is no incident yet">
      Alerts of Sentry and Glitchtip are listed here by their cause, once the sources are set up with{' '}
      <code className="text-xs">ALERT_SOURCES</code> and <code className="text-xs">ALERT_WEBHOOK_SECRETS</code>. What to
      set, here and in the tracker, is in <code className="text-xs">docs/incidents.md</code>.
    </Nothing>
  );
}

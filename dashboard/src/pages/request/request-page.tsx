import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { requestQuery, runsOfRequestQuery } from '@/api/queries.ts';
import { ExternalLink } from '@/components/external-link.tsx';
import { PageHead } from '@/components/page-head.tsx';
import { Failed, Nothing } from '@/components/said.tsx';
import { Ago } from '@/components/time.tsx';
import { WorkBranch } from '@/components/work-branch.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import type { Request, RunSummary } from '@/generated/client/types.gen.ts';
import { threadName } from '@/lib/thread-name.ts';
import { visibleText } from '@/lib/visible-text.ts';
import { Conversation } from './conversation.tsx';
import { RequestStateBadge } from './request-state.tsx';
import { RunCard } from './run-card.tsx';

const route = getRouteApi('/requests/$id');
const MISSING = {
  title: 'There is no such request',
  text: 'It may be of another tenant, or the id is not quite right.',
};

/** What somebody asked for, with every run it took and all that was said. */
export function RequestPage() {
  const { id } = route.useParams();
  const request = useQuery(requestQuery(id));
  if (request.data !== undefined) return <OpenRequest request={request.data} />;
  if (request.isError) return <Failed thrown={request.error} retry={() => void request.refetch()} missing={MISSING} />;
  return <SkeletonRows count={10} className="p-6" />;
}

function OpenRequest({ request }: { readonly request: Request }) {
  const runs = useQuery(runsOfRequestQuery(request.id));
  useFreshRequest(request.id, runs.data);
  const { metadata } = request;
  return (
    <div className="mx-auto max-w-6xl space-y-4 p-4 sm:p-6">
      <header className="space-y-1.5">
        <p className="text-[13px] text-muted-foreground">
          {request.project.repository} {threadName(request.project, metadata.thread)}{' '}
          {visibleText(metadata.thread?.title ?? '')}
        </p>
        <PageHead title={visibleText(request.payload.title)}>
          <RequestStateBadge request={request} />
        </PageHead>
        <p className="flex flex-wrap gap-x-3 text-[13px] text-muted-foreground">
          <span>
            Asked by <span className="text-foreground">{metadata.requester.login}</span> <Ago at={request.created_at} />
          </span>
          {metadata.mr !== undefined && (
            <ExternalLink href={metadata.mr.ref} className="text-primary">
              {request.project.provider === 'gitlab' ? 'Merge request !' : 'Pull request #'}
              {metadata.mr.number}
            </ExternalLink>
          )}
          {metadata.mr === undefined && request.artifacts.branch !== undefined && (
            <WorkBranch work={request.artifacts} />
          )}
        </p>
      </header>
      <TitledCard
        title="Runs"
        aside={<span className="text-xs text-muted-foreground tabular-nums">{metadata.runs.length}</span>}
      >
        {runs.isPending && <SkeletonRows count={3} />}
        {runs.isError && <Failed thrown={runs.error} retry={() => void runs.refetch()} />}
        {runs.data?.length === 0 && <Nothing title="No run yet" />}
        {runs.data !== undefined && runs.data.length > 0 && (
          <ul className="flex gap-3 overflow-x-auto p-0.5 pb-1" tabIndex={0} aria-label="Runs, oldest first">
            {runs.data.toReversed().map((run, at) => (
              <RunCard key={run.id} run={run} place={at + 1} />
            ))}
          </ul>
        )}
      </TitledCard>
      <TitledCard title="Conversation">
        <Conversation messages={metadata.chat_messages} />
      </TitledCard>
    </div>
  );
}

/** What was said is read anew when a run began or went on: it may hold pictures, so it is not read as often as the runs are. */
function useFreshRequest(id: string, runs: readonly RunSummary[] | undefined): void {
  const queries = useQueryClient();
  const now = runs?.map((run) => `${run.id} ${run.state}`).join();
  const before = useRef(now);
  useEffect(() => {
    if (before.current !== undefined && before.current !== now)
      void queries.invalidateQueries({ queryKey: requestQuery(id).queryKey });
    before.current = now;
  }, [id, now, queries]);
}

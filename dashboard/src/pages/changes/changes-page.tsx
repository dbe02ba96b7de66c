import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { changesQuery } from '@/api/queries.ts';
import { EndlessList } from '@/components/endless-list.tsx';
import { ExternalLink } from '@/components/external-link.tsx';
import { PageHead } from '@/components/page-head.tsx';
import { Failed, Nothing } from '@/components/said.tsx';
import { Ago } from '@/components/time.tsx';
import { Badge, type Tone } from '@/components/ui/badge.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import type { MergeRequestSummary } from '@/generated/client/types.gen.ts';
import { visibleText } from '@/lib/visible-text.ts';

const ROW_HEIGHT = 60;

const STATES: Readonly<Record<MergeRequestSummary['status'], readonly [name: string, tone: Tone]>> = {
  OPEN: ['Open', 'busy'],
  MERGED: ['Merged', 'good'],
  CLOSED: ['Closed', 'plain'],
};

/** Pull and merge requests that runs opened, newest first. */
export function ChangesPage() {
  const changes = useInfiniteQuery(changesQuery);
  const rows = useMemo(() => changes.data?.pages.flatMap((page) => page.rows) ?? [], [changes.data]);
  const { fetchNextPage, isFetchingNextPage } = changes;
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return (
    <div className="flex h-full flex-col">
      <div className="border-b px-4 py-3 sm:px-6">
        <PageHead title="Merge requests" />
      </div>
      {changes.isPending && <SkeletonRows count={10} className="sm:px-6" />}
      {changes.isError && rows.length === 0 && <Failed thrown={changes.error} retry={() => void changes.refetch()} />}
      {changes.isSuccess && rows.length === 0 && (
        <Nothing title="There is no merge request yet">A run that changes something opens one.</Nothing>
      )}
      {rows.length > 0 && (
        <EndlessList
          label="Merge requests, newest first"
          rows={rows}
          keyOf={(change) => change.id}
          rowHeight={ROW_HEIGHT}
          hasMore={changes.hasNextPage}
          more={more}
        >
          {(change) => <ChangeRow change={change} />}
        </EndlessList>
      )}
    </div>
  );
}

function ChangeRow({ change }: { readonly change: MergeRequestSummary }) {
  const [name, tone] = STATES[change.status];
  return (
    <div className="flex h-full items-center gap-4 px-4 text-[13px] sm:px-6">
      <div className="min-w-0 flex-1">
        <ExternalLink href={change.ref} className="flex max-w-full font-medium">
          <span className="truncate">{visibleText(change.title)}</span>
        </ExternalLink>
        <p className="truncate text-xs text-muted-foreground">
          <Link
            to="/runs/$id"
            params={{ id: change.run_id }}
            search={{ tab: 'changes' }}
            className="text-primary underline underline-offset-2"
          >
            The run
          </Link>
          {' · '}
          <Link
            to="/requests/$id"
            params={{ id: change.request_id }}
            className="text-primary underline underline-offset-2"
          >
            The request
          </Link>
          <span className="font-mono max-sm:hidden">
            {' · '}
            {visibleText(change.source_branch)} → {visibleText(change.target_branch)}
          </span>
        </p>
      </div>
      <Badge tone={tone}>{name}</Badge>
      <span className="w-20 text-right text-muted-foreground max-sm:hidden">
        <Ago at={change.created_at} />
      </span>
    </div>
  );
}

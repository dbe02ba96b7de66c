import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { ExternalLink } from '@/components/external-link.tsx';
import { WorkBranch } from '@/components/work-branch.tsx';
import { useTitle } from '@/components/page-head.tsx';
import { RunStateBadge } from '@/components/run-state.tsx';
import { Ago } from '@/components/time.tsx';
import { threadName } from '@/lib/thread-name.ts';
import { visibleText } from '@/lib/visible-text.ts';
import type { Run } from '@/generated/client/types.gen.ts';

/** What a run is about, where it stands, and what came of it. */
export function RunHead({ run }: { readonly run: Run }) {
  useTitle(run.request_title);
  const { repository, thread, change, failure, artifacts } = run;
  return (
    <header className="space-y-1.5">
      <p className="flex flex-wrap items-center gap-x-2 text-[13px] text-muted-foreground">
        <Link to="/runs" search={{ repository: repository.full_name }} className="underline-offset-2 hover:underline">
          {repository.full_name}
        </Link>
        <span>
          {threadName(repository, thread)} {visibleText(thread?.title ?? '')}
        </span>
      </p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="min-w-0 text-lg font-semibold tracking-tight break-words">{visibleText(run.request_title)}</h1>
        <RunStateBadge state={run.state} />
      </div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px] text-muted-foreground">
        <span>
          Asked by <span className="text-foreground">{run.requester.login}</span> <Ago at={run.created_at} />
        </span>
        <Link
          to="/requests/$id"
          params={{ id: run.request_id }}
          className="text-primary underline-offset-2 hover:underline"
        >
          The request
        </Link>
        {change !== null && (
          <ExternalLink href={change.url} className="text-primary">
            {repository.provider === 'gitlab' ? `Merge request !${change.number}` : `Pull request #${change.number}`}
          </ExternalLink>
        )}
        {change === null && artifacts.branch !== undefined && <WorkBranch work={artifacts} />}
      </p>
      {failure !== null && (
        <p className="flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-[13px] text-bad">
          <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-label="Failure" />
          <span className="min-w-0 break-words">{visibleText(failure.message)}</span>
        </p>
      )}
    </header>
  );
}

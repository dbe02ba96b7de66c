import { useQuery } from '@tanstack/react-query';
import { requestQuery } from '@/api/queries.ts';
import { Markdown } from '@/components/markdown.tsx';
import { Failed } from '@/components/said.tsx';
import { Ago } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { visibleText } from '@/lib/visible-text.ts';
import type { Run } from '@/generated/client/types.gen.ts';

/** What was asked, what is planned, and who has to agree. */
export function RunAsked({ run }: { readonly run: Run }) {
  const request = useQuery(requestQuery(run.request_id));
  return (
    <div className="space-y-3">
      <TitledCard title="Prompt" aside={<span className="text-xs text-muted-foreground">{run.requester.login}</span>}>
        {request.isPending && <Skeleton className="h-16" />}
        {request.isError && <Failed thrown={request.error} retry={() => void request.refetch()} />}
        {request.data !== undefined && (
          <pre className="font-mono text-[13px] break-words whitespace-pre-wrap">
            {visibleText(request.data.metadata.prompt)}
          </pre>
        )}
      </TitledCard>
      <TitledCard title="Approval" aside={<ApprovalBadge run={run} />}>
        <p className="text-[13px] text-muted-foreground">{approvalText(run)}</p>
        {run.approval.approved_at !== null && (
          <p className="mt-1 text-[13px]">
            Approved by {run.approval.approved_by} <Ago at={run.approval.approved_at} />
          </p>
        )}
      </TitledCard>
      {run.plan !== null && (
        <TitledCard title="Plan">
          <Markdown text={run.plan} />
        </TitledCard>
      )}
    </div>
  );
}

function ApprovalBadge({ run }: { readonly run: Run }) {
  const { awaiting, approved_by: by } = run.approval;
  if (awaiting !== null) return <Badge tone="wait">Waits for approval of the {SUBJECTS[awaiting]}</Badge>;
  return by === null ? null : <Badge tone="good">Approved</Badge>;
}

const SUBJECTS = { plan: 'plan', publish: 'change' } as const;

function approvalText({ approval }: Run): string {
  // Rules of the repository may ask for one that the request did not.
  const subject = approval.awaiting ?? approval.needed;
  if (subject === 'none' && approval.approved_by === null) return 'This run needs nobody’s approval.';
  if (subject === 'plan') return 'A maintainer has to agree to the plan before the work begins.';
  return 'A maintainer has to agree to the change before it is pushed.';
}

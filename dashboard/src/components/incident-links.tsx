import { Link } from '@tanstack/react-router';
import { ExternalLink } from '@/components/external-link.tsx';
import type { Incident } from '@/generated/client/types.gen.ts';

/** Error trackers by the names they have. */
export const TRACKERS: Readonly<Record<Incident['tracker'], string>> = { sentry: 'Sentry', glitchtip: 'Glitchtip' };

/** Where an incident is dealt with: its request here, its issue on the Git host, its issue at the tracker. */
export function IncidentLinks({ incident }: { readonly incident: Incident }) {
  const { request_id: id, thread, issue_url: issue, tracker } = incident;
  const look = 'text-primary underline underline-offset-2';
  return (
    <>
      {id !== null && (
        <Link to="/requests/$id" params={{ id }} className={look}>
          The request
        </Link>
      )}
      {thread !== null && (
        <ExternalLink href={thread.url} className={look}>
          Issue #{thread.number}
        </ExternalLink>
      )}
      {issue !== null && (
        <ExternalLink href={issue} className={look}>
          {TRACKERS[tracker]}
        </ExternalLink>
      )}
    </>
  );
}

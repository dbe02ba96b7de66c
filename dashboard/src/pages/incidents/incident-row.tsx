import { Link } from '@tanstack/react-router';
import { IncidentLinks } from '@/components/incident-links.tsx';
import { IncidentStateBadge } from '@/components/incident-state.tsx';
import { Ago } from '@/components/time.tsx';
import type { Incident } from '@/generated/client/types.gen.ts';
import { formatCount } from '@/lib/format.ts';
import { visibleText } from '@/lib/visible-text.ts';

/** Height of one row in pixels. */
export const INCIDENT_ROW_HEIGHT = 84;

/** One incident: what failed where, how often and when last, and where it is dealt with. */
export function IncidentRow({ incident }: { readonly incident: Incident }) {
  const { repository, source, environment } = incident;
  return (
    <div className="flex h-full items-center gap-4 px-4 text-[13px] sm:px-6">
      <div className="min-w-0 flex-1 space-y-0.5">
        <Link
          to="/incidents/$id"
          params={{ id: incident.id }}
          className="block truncate font-medium underline-offset-2 hover:underline"
        >
          {visibleText(incident.title)}
        </Link>
        <p className="truncate text-xs text-muted-foreground">
          {[repository, source, ...(environment === null ? [] : [environment])].map(visibleText).join(' · ')}
        </p>
        <p className="flex gap-x-3 overflow-hidden text-xs whitespace-nowrap text-muted-foreground">
          <IncidentLinks incident={incident} />
        </p>
      </div>
      <div className="flex shrink-0 flex-col items-end gap-1 text-xs text-muted-foreground">
        <IncidentStateBadge incident={incident} />
        {incident.kind === 'cause' && (
          <span className="whitespace-nowrap tabular-nums">{formatCount(incident.alerts)} ×</span>
        )}
        <Ago at={incident.last_at} />
      </div>
    </div>
  );
}

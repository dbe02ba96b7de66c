import { useQuery } from '@tanstack/react-query';
import { alertsOfIncidentQuery } from '@/api/queries.ts';
import { ExternalLink } from '@/components/external-link.tsx';
import { Failed } from '@/components/said.tsx';
import { Ago } from '@/components/time.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import type { Alert } from '@/generated/client/types.gen.ts';
import { visibleText } from '@/lib/visible-text.ts';

const OCCASIONS: Readonly<Record<Alert['occasion'], string>> = {
  fired: 'A rule fired',
  created: 'New issue',
  regressed: 'Came back',
  escalating: 'Happens far more often',
  resolved: 'Resolved',
  reopened: 'Opened again',
};

/** The newest alerts of an incident, and what became of each. */
export function IncidentAlerts({ id }: { readonly id: string }) {
  const alerts = useQuery(alertsOfIncidentQuery(id));
  return (
    <TitledCard title="Newest alerts">
      {alerts.isPending && <SkeletonRows count={3} />}
      {alerts.isError && alerts.data === undefined && (
        <Failed thrown={alerts.error} retry={() => void alerts.refetch()} />
      )}
      {alerts.data?.length === 0 && <p className="text-[13px] text-muted-foreground">None is on record.</p>}
      {alerts.data !== undefined && alerts.data.length > 0 && (
        <ul className="divide-y" aria-label="Alerts, newest first">
          {alerts.data.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
    </TitledCard>
  );
}

function AlertItem({ alert }: { readonly alert: Alert }) {
  const title = visibleText(alert.title);
  return (
    <li className="space-y-0.5 py-2 text-[13px] first:pt-0 last:pb-0">
      <div className="flex items-baseline justify-between gap-4">
        <span className="min-w-0 font-medium break-words">
          {alert.issue_url === null ? title : <ExternalLink href={alert.issue_url}>{title}</ExternalLink>}
        </span>
        <span className="shrink-0 text-xs text-muted-foreground">
          <Ago at={alert.created_at} />
        </span>
      </div>
      <p className="text-xs break-words text-muted-foreground">
        {OCCASIONS[alert.occasion]}
        {alert.release !== null && ` in ${visibleText(alert.release)}`}
        {' · '}
        {visibleText(alert.outcome)}
      </p>
    </li>
  );
}

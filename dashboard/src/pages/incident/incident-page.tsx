import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { incidentQuery } from '@/api/queries.ts';
import { IncidentLinks } from '@/components/incident-links.tsx';
import { IncidentStateBadge } from '@/components/incident-state.tsx';
import { PageHead } from '@/components/page-head.tsx';
import { Failed } from '@/components/said.tsx';
import { Ago } from '@/components/time.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import type { IncidentDetail } from '@/generated/client/types.gen.ts';
import { formatCount } from '@/lib/format.ts';
import { visibleText } from '@/lib/visible-text.ts';
import { IncidentAlerts } from './incident-alerts.tsx';
import { IncidentFacts } from './incident-facts.tsx';

const route = getRouteApi('/incidents/$id');
const MISSING = {
  title: 'There is no such incident',
  text: 'It may be of another tenant, forgotten because of its age, or the id is not quite right.',
};

/** One incident: what failed, who told of it, and where it is dealt with. */
export function IncidentPage() {
  const { id } = route.useParams();
  const incident = useQuery(incidentQuery(id));
  if (incident.data !== undefined) return <OpenIncident incident={incident.data} />;
  if (incident.isError)
    return <Failed thrown={incident.error} retry={() => void incident.refetch()} missing={MISSING} />;
  return <SkeletonRows count={10} className="p-6" />;
}

function OpenIncident({ incident }: { readonly incident: IncidentDetail }) {
  return (
    <div className="mx-auto max-w-6xl space-y-4 p-4 sm:p-6">
      <header className="space-y-1.5">
        <p className="text-[13px] break-all text-muted-foreground">{visibleText(incident.repository)}</p>
        <PageHead title={visibleText(incident.title)}>
          <IncidentStateBadge incident={incident} />
        </PageHead>
        <p className="flex flex-wrap gap-x-3 gap-y-1 text-[13px] text-muted-foreground">
          <span>
            {incident.kind === 'cause' && `Told ${formatCount(incident.alerts)} ×, last `}
            <Ago at={incident.last_at} />
          </span>
          <IncidentLinks incident={incident} />
        </p>
        {incident.reason !== null && (
          <p className="rounded-md bg-muted px-3 py-2 text-[13px] break-words">{visibleText(incident.reason)}</p>
        )}
      </header>
      <div className="flex flex-col gap-4 xl:flex-row">
        <div className="min-w-0 flex-1 space-y-4">
          {incident.kind === 'storm' ? <Storm /> : <Account text={incident.account} />}
          {incident.kind === 'cause' && <IncidentAlerts id={incident.id} />}
        </div>
        <aside aria-label="Facts" className="space-y-4 xl:w-80 xl:shrink-0">
          <IncidentFacts incident={incident} />
        </aside>
      </div>
    </div>
  );
}

/** A storm has no failure of its own. */
function Storm() {
  return (
    <TitledCard title="A storm">
      <p className="text-[13px] text-muted-foreground">
        More causes at once than may be seen to one by one. The incidents that came in it are paused; people decide in
        its issue.
      </p>
    </TitledCard>
  );
}

/** What is known of the failure. Whoever can make a program fail wrote it, so it is text and nothing more. */
function Account({ text }: { readonly text: string }) {
  return (
    <TitledCard title="What is known of the failure">
      {text === '' ? (
        <p className="text-[13px] text-muted-foreground">Nothing more than that it happened.</p>
      ) : (
        <pre
          role="region"
          aria-label="Account of the failure"
          tabIndex={0}
          className="max-h-[60dvh] overflow-auto font-mono text-xs leading-relaxed break-words whitespace-pre-wrap"
        >
          {visibleText(text)}
        </pre>
      )}
    </TitledCard>
  );
}

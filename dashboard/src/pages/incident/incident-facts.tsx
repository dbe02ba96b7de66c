import { Link } from '@tanstack/react-router';
import { Fact, Facts, LongFact } from '@/components/facts.tsx';
import { TRACKERS } from '@/components/incident-links.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import type { IncidentDetail } from '@/generated/client/types.gen.ts';
import { formatMoment } from '@/lib/format.ts';
import { visibleText } from '@/lib/visible-text.ts';

/** How far AstraForge may go about one. */
const ACTS: Readonly<Record<IncidentDetail['act'], string>> = {
  record: 'only recorded',
  propose: 'a proposal',
  fix: 'a fix',
};

/** Where an incident comes from, what was done about it, and when. */
export function IncidentFacts({ incident }: { readonly incident: IncidentDetail }) {
  const { merged, storm_id: storm, release_sha: sha } = incident;
  return (
    <TitledCard title="Details">
      <Facts>
        <Fact name="Tracker">{TRACKERS[incident.tracker]}</Fact>
        <Fact name="Source">{visibleText(incident.source)}</Fact>
        {incident.environment !== null && <Fact name="Environment">{visibleText(incident.environment)}</Fact>}
        {incident.level !== null && <Fact name="Level">{visibleText(incident.level)}</Fact>}
        <Fact name="Asks for">{ACTS[incident.act]}</Fact>
        {incident.round > 1 && <Fact name="Taken up">{incident.round} ×</Fact>}
        <Fact name="First told">{formatMoment(incident.created_at)}</Fact>
        <Fact name="Last told">{formatMoment(incident.last_at)}</Fact>
        {merged !== null && <Fact name="Fix merged">{formatMoment(merged.at)}</Fact>}
        {merged !== null && <LongFact name="Merged as">{merged.sha}</LongFact>}
        {incident.releases.length > 0 && <LongFact name="Releases">{listed(incident.releases)}</LongFact>}
        {sha !== null && <LongFact name="Newest release was built of">{sha}</LongFact>}
        {incident.issue_ids.length > 0 && (
          <LongFact name="Issues at the tracker">{listed(incident.issue_ids)}</LongFact>
        )}
        {storm !== null && (
          <Fact name="Paused in">
            <Link to="/incidents/$id" params={{ id: storm }} className="text-primary underline underline-offset-2">
              a storm
            </Link>
          </Fact>
        )}
        <LongFact name="Id">{incident.id}</LongFact>
      </Facts>
    </TitledCard>
  );
}

const listed = (names: readonly string[]): string => names.map(visibleText).join(', ');

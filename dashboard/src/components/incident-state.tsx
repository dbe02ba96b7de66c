import { Badge, type Tone } from '@/components/ui/badge.tsx';
import type { Incident } from '@/generated/client/types.gen.ts';

type State = Incident['state'];

const LOOKS: Readonly<Record<State, readonly [name: string, tone: Tone]>> = {
  recorded: ['Recorded', 'plain'],
  paused: ['Paused in a storm', 'wait'],
  begun: ['Being seen to', 'busy'],
  merged: ['Fix merged', 'good'],
  closed: ['Closed', 'plain'],
};

const ORDER: readonly State[] = ['recorded', 'paused', 'begun', 'merged', 'closed'];

/** Every state of an incident with its name, in the order of its life. */
export const INCIDENT_STATES = ORDER.map((state) => [state, LOOKS[state][0]] as const);

/** Where an incident stands, as a badge. A storm is not mended, so nobody is said to see to it. */
export function IncidentStateBadge({ incident }: { readonly incident: Pick<Incident, 'state' | 'kind'> }) {
  const isStorm = incident.kind === 'storm' && incident.state === 'begun';
  const [name, tone] = isStorm ? (['Storm', 'wait'] as const) : LOOKS[incident.state];
  return <Badge tone={tone}>{name}</Badge>;
}

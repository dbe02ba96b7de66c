import type { IncidentFilter, RunFilter } from '@/api/queries.ts';
import { INCIDENT_STATES } from '@/components/incident-state.tsx';
import { RUN_STATES } from '@/components/run-state.tsx';

/** How far back a list of runs goes; the address keeps the word, so that a bookmark stays true. */
export const SPANS = [
  ['1', 'Last 24 hours'],
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
] as const;

/** Longest name of a repository or a person that is asked for. */
const NAME_MAX = 1_000;

/** What the address of the list of runs says to filter by. */
export interface RunsSearch {
  readonly state?: NonNullable<RunFilter['state']>;
  /** `owner/name`. */
  readonly repository?: string;
  /** Login. */
  readonly requester?: string;
  readonly source?: string;
  readonly days?: number;
}

/** Tabs of a run. */
const RUN_TABS = ['log', 'changes', 'answer', 'asked', 'checks'] as const;
export type RunTab = (typeof RUN_TABS)[number];

type Raw = Readonly<Record<string, unknown>>;

const oneOf = <Value extends string>(raw: unknown, values: readonly Value[]): Value | undefined =>
  values.find((value) => value === raw);

const number = (raw: unknown): number | undefined => {
  const value = Number(raw);
  return raw !== undefined && Number.isSafeInteger(value) && value > 0 ? value : undefined;
};

/** A name without what stands around it; one of digits comes as a number. */
const text = (raw: unknown): string | undefined => {
  const value = typeof raw === 'string' || typeof raw === 'number' ? String(raw).trim().slice(0, NAME_MAX) : '';
  return value === '' ? undefined : value;
};

/** Reads the address of the list of runs; whatever makes no sense in it is as if it were not there. */
export function searchOfRuns(raw: Raw): RunsSearch {
  const states = RUN_STATES.map(([name]) => name);
  const state = oneOf(raw['state'], states);
  const repository = text(raw['repository']);
  const requester = text(raw['requester']);
  const source = text(raw['source']);
  const days = number(raw['days']);
  return {
    ...(state && { state }),
    ...(repository && { repository }),
    ...(requester && { requester }),
    ...(source && { source }),
    ...(days && SPANS.some(([span]) => Number(span) === days) && { days }),
  };
}

/** Reads the address of the list of incidents: in which state they are. */
export function searchOfIncidents(raw: Raw): { state?: NonNullable<IncidentFilter['state']> } {
  const state = oneOf(
    raw['state'],
    INCIDENT_STATES.map(([name]) => name),
  );
  return state === undefined ? {} : { state };
}

/** Reads the address of a run: which tab is open. */
export function searchOfRun(raw: Raw): { tab?: RunTab } {
  const tab = oneOf(raw['tab'], RUN_TABS);
  return tab === undefined ? {} : { tab };
}

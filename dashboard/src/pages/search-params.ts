import type { RunFilter } from '@/api/queries.ts';
import { RUN_STATES } from '@/components/run-state.tsx';

/** How far back a list of runs goes; the address keeps the word, so that a bookmark stays true. */
export const SPANS = [
  ['1', 'Last 24 hours'],
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
] as const;

/** What the address of the list of runs says to filter by. */
export interface RunsSearch {
  readonly state?: NonNullable<RunFilter['state']>;
  readonly provider?: NonNullable<RunFilter['provider']>;
  readonly repository_id?: number;
  readonly requester_id?: number;
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

/** Reads the address of the list of runs; whatever makes no sense in it is as if it were not there. */
export function searchOfRuns(raw: Raw): RunsSearch {
  const states = RUN_STATES.map(([name]) => name);
  const state = oneOf(raw['state'], states);
  const provider = oneOf(raw['provider'], ['github', 'gitlab', 'git'] as const);
  // Numbers of repositories and people mean something on their own host only.
  const repository = provider && number(raw['repository_id']);
  const requester = provider && number(raw['requester_id']);
  const days = number(raw['days']);
  return {
    ...(state && { state }),
    ...(provider && { provider }),
    ...(repository && { repository_id: repository }),
    ...(requester && { requester_id: requester }),
    ...(days && SPANS.some(([span]) => Number(span) === days) && { days }),
  };
}

/** Reads the address of a run: which tab is open. */
export function searchOfRun(raw: Raw): { tab?: RunTab } {
  const tab = oneOf(raw['tab'], RUN_TABS);
  return tab === undefined ? {} : { tab };
}

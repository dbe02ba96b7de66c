import { RUN_EVERY_SEC } from '../prisma/view/fill-runs.ts';

/** One kind of list that is measured. `ask` gives the path for a number from 0 to 1, which chooses among what there is. */
export interface MeasuredList {
  readonly name: string;
  readonly ask: (chance: number, side: { readonly runs: number; readonly next: string }) => string;
}

const REPOSITORIES = 200;
const PEOPLE = 500;
const DAY_MS = 86_400_000;

const some = (chance: number, count: number): number => 1 + Math.floor(chance * count);
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const repository = (chance: number) => `provider=github&repository_id=${some(chance, REPOSITORIES)}`;
const person = (chance: number) => `provider=github&requester_id=${some(chance, PEOPLE)}`;

/**
 * Every filter that the dashboard offers, alone and in mixtures, those that the API has besides, and places far down the list.
 * The runs are those of `fill-runs.ts`: repository 1 and person 1 have half of everything, one run in 5,000 waits for approval.
 */
export const LISTS: readonly MeasuredList[] = [
  { name: 'all runs', ask: () => '/runs' },
  { name: 'the page after one in the middle, by its cursor', ask: (_, { next }) => next },
  {
    name: 'older than a moment anywhere',
    ask: (chance, { runs }) => {
      const at = new Date(Date.now() - chance * runs * RUN_EVERY_SEC * 1_000).toISOString();
      return `/runs?until=${at}`;
    },
  },
  { name: 'by state', ask: () => '/runs?state=failed' },
  { name: 'by a rare state', ask: () => '/runs?state=awaiting_approval' },
  { name: 'by a state that none has', ask: () => '/runs?state=publishing' },
  { name: 'by repository', ask: (chance) => `/runs?${repository(chance)}` },
  { name: 'by requester', ask: (chance) => `/runs?${person(chance)}` },
  { name: 'by source', ask: () => '/runs?source=github' },
  { name: 'by a rare source', ask: () => '/runs?source=elsewhere' },
  { name: 'by a source that none has', ask: () => '/runs?source=gitlab' },
  { name: 'by time', ask: () => `/runs?since=${daysAgo(7)}` },
  { name: 'by state and time', ask: () => `/runs?state=awaiting_approval&since=${daysAgo(30)}` },
  { name: 'by repository and state', ask: (chance) => `/runs?${repository(chance)}&state=failed` },
  { name: 'by requester and state', ask: (chance) => `/runs?${person(chance)}&state=failed` },
  {
    name: 'by repository, requester, state and time',
    ask: () => `/runs?${repository(0)}&requester_id=1&state=cancelled&since=${daysAgo(30)}`,
  },
  { name: 'by name of repository', ask: (chance) => `/runs?repository=octo/tool-${some(chance, REPOSITORIES)}` },
  { name: 'by login', ask: (chance) => `/runs?requester=person-${some(chance, PEOPLE)}` },
  {
    name: 'by name, login and state',
    ask: (chance) => `/runs?repository=octo/tool-1&state=succeeded&requester=person-${some(chance, PEOPLE)}`,
  },
  { name: 'requests', ask: () => '/requests' },
  { name: 'changes', ask: () => '/merge-requests' },
];

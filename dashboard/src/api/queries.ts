import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Me } from '../../../app/core/contracts/http/me.ts';
import type { Overview } from '../../../app/core/contracts/http/overview.ts';
import type { SandboxSession } from '../../../app/core/contracts/http/sandbox-sessions.ts';
import type { Settings } from '../../../app/core/contracts/http/settings.ts';
import {
  getAlerts,
  getIncidents,
  getIncidentsById,
  getMergeRequests,
  getRequestsById,
  getRuns,
  getRunsById,
} from '@/generated/client/sdk.gen.ts';
import type { GetIncidentsData, GetRunsData } from '@/generated/client/types.gen.ts';
import { bodyOf, pageOf, read } from './call.ts';

/** Which runs a list shows. */
export type RunFilter = Omit<NonNullable<GetRunsData['query']>, 'cursor' | 'limit'>;

/** Which incidents a list shows. */
export type IncidentFilter = Omit<NonNullable<GetIncidentsData['query']>, 'cursor' | 'limit'>;

const PAGE_ROWS = 50;
/** What is under way changes; a page that is looked at asks again so often. */
const FRESH_MS = 5_000;
const FACES_MAX = 200;

/** Who looks. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => read<Me>('/me', signal),
  staleTime: 60_000,
});

/** Runs, newest first, page by page. */
export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ['runs', filter],
    queryFn: ({ pageParam, signal }) =>
      pageOf(getRuns({ query: { ...filter, limit: PAGE_ROWS, ...(pageParam && { cursor: pageParam }) }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    // Asking again reads every page that is open; only a list of one page does it by itself.
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? FRESH_MS : false),
  });

/** The newest runs whatever they are, to fill the lists of repositories and people to filter by. */
export const recentRunsQuery = queryOptions({
  queryKey: ['recent-runs'],
  queryFn: ({ signal }) => bodyOf(getRuns({ query: { limit: FACES_MAX }, signal })),
  staleTime: 60_000,
});

/** One run with its diff; asked for again while it is under way, and whenever its log says something new. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => bodyOf(getRunsById({ path: { id }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 6 * FRESH_MS : false),
  });

/** One request with its conversation. */
export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ['request', id],
    queryFn: ({ signal }) => bodyOf(getRequestsById({ path: { id }, signal })),
    refetchInterval: 12 * FRESH_MS,
  });

/** All runs of one request, newest first. */
export const runsOfRequestQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs-of', id],
    queryFn: ({ signal }) => bodyOf(getRuns({ query: { request_id: id, limit: FACES_MAX }, signal })),
    refetchInterval: FRESH_MS,
  });

/** Pull and merge requests, newest first, page by page. */
export const changesQuery = infiniteQueryOptions({
  queryKey: ['changes'],
  queryFn: ({ pageParam, signal }) =>
    pageOf(getMergeRequests({ query: { limit: PAGE_ROWS, ...(pageParam && { cursor: pageParam }) }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next,
  refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? 6 * FRESH_MS : false),
});

/** Groups of alerts, newest first, page by page. */
export const incidentsQuery = (filter: IncidentFilter) =>
  infiniteQueryOptions({
    queryKey: ['incidents', filter],
    queryFn: ({ pageParam, signal }) =>
      pageOf(getIncidents({ query: { ...filter, limit: PAGE_ROWS, ...(pageParam && { cursor: pageParam }) }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? 2 * FRESH_MS : false),
  });

/** One incident with the account of its failure. */
export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => bodyOf(getIncidentsById({ path: { id }, signal })),
    refetchInterval: 2 * FRESH_MS,
  });

/** The newest alerts of an incident. */
export const alertsOfIncidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts-of', id],
    queryFn: ({ signal }) => bodyOf(getAlerts({ query: { incident_id: id, limit: PAGE_ROWS }, signal })),
    refetchInterval: 6 * FRESH_MS,
  });

/** How things went in the last days. */
export const overviewQuery = (days: number) =>
  queryOptions({
    queryKey: ['overview', days],
    queryFn: ({ signal }) => read<Overview>(`/overview?days=${days}`, signal),
    refetchInterval: 6 * FRESH_MS,
  });

/** Long-lived workspaces. */
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => read<readonly SandboxSession[]>('/sandbox/sessions', signal),
  refetchInterval: FRESH_MS,
});

/** How the installation is set up. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => read<Settings>('/settings', signal),
  refetchInterval: 6 * FRESH_MS,
});

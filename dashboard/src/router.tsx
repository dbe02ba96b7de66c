import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Failed, Missing } from '@/components/said.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { searchOfIncidents, searchOfRun, searchOfRuns } from '@/pages/search-params.ts';
import { Shell } from '@/shell/shell.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => <Missing title="There is no such page" text="The address leads nowhere." />,
});

const page = { getParentRoute: () => root } as const;

const overview = createRoute({
  ...page,
  path: '/',
  component: lazyRouteComponent(() => import('@/pages/overview/overview-page.tsx'), 'OverviewPage'),
});

const runs = createRoute({
  ...page,
  path: '/runs',
  validateSearch: searchOfRuns,
  component: lazyRouteComponent(() => import('@/pages/runs/runs-page.tsx'), 'RunsPage'),
});

const run = createRoute({
  ...page,
  path: '/runs/$id',
  validateSearch: searchOfRun,
  component: lazyRouteComponent(() => import('@/pages/run/run-page.tsx'), 'RunPage'),
});

const request = createRoute({
  ...page,
  path: '/requests/$id',
  component: lazyRouteComponent(() => import('@/pages/request/request-page.tsx'), 'RequestPage'),
});

const changes = createRoute({
  ...page,
  path: '/changes',
  component: lazyRouteComponent(() => import('@/pages/changes/changes-page.tsx'), 'ChangesPage'),
});

const incidents = createRoute({
  ...page,
  path: '/incidents',
  validateSearch: searchOfIncidents,
  component: lazyRouteComponent(() => import('@/pages/incidents/incidents-page.tsx'), 'IncidentsPage'),
});

const incident = createRoute({
  ...page,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('@/pages/incident/incident-page.tsx'), 'IncidentPage'),
});

const sessions = createRoute({
  ...page,
  path: '/sessions',
  component: lazyRouteComponent(() => import('@/pages/sessions/sessions-page.tsx'), 'SessionsPage'),
});

const settings = createRoute({
  ...page,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/pages/settings/settings-page.tsx'), 'SettingsPage'),
});

/** Every page. Each is fetched when it is first gone to, or pointed at. */
export const router = createRouter({
  routeTree: root.addChildren([overview, runs, run, request, changes, incidents, incident, sessions, settings]),
  defaultPreload: 'intent',
  defaultPendingComponent: () => <SkeletonRows count={8} className="p-6" />,
  defaultErrorComponent: ({ error, reset }) => <Failed thrown={error} retry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

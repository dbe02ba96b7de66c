import { compileRoutes, type RouteMatch as HostRouteMatch, type Router as HostRouter } from '../git-host/routing.ts';
import { appRoutes } from './routes-app.ts';
import { checkRoutes } from './routes-checks.ts';
import { contentsRoutes } from './routes-contents.ts';
import { conversationRoutes } from './routes-conversation.ts';
import { deliveryRoutes } from './routes-deliveries.ts';
import { issueRoutes } from './routes-issues.ts';
import { pullRoutes } from './routes-pulls.ts';
import { jobRoutes } from './routes-jobs.ts';
import { repositoryRoutes } from './routes-repository.ts';
import { reviewRoutes } from './routes-reviews.ts';
import { writtenRoutes } from './routes-written.ts';
import type { Route } from './route.ts';

/** A route that fits a request. */
export type RouteMatch = HostRouteMatch<Route>;

/** The routes we model. */
export type Router = HostRouter<Route>;

// `ref`, `branch`, `path` and `basehead` may hold slashes: GitHub marks them `x-multi-segment`.
const NOTATION = { parameter: /\{(\w+)\}/g, long: ['ref', 'branch', 'path', 'basehead'] };

/** Compiles the routes we model. */
export function createRouter(): Router {
  const routes = [
    ...appRoutes,
    ...deliveryRoutes,
    ...repositoryRoutes,
    ...contentsRoutes,
    ...issueRoutes,
    ...conversationRoutes,
    ...pullRoutes,
    ...reviewRoutes,
    ...checkRoutes,
    ...jobRoutes,
    ...writtenRoutes,
  ];
  return compileRoutes(routes, NOTATION);
}

import { compileRoutes, type RouteMatch as HostRouteMatch, type Router as HostRouter } from '../git-host/routing.ts';
import { ciRoutes } from './routes-ci.ts';
import { commitCommentRoutes } from './routes-commit-comments.ts';
import { contextRoutes } from './routes-context.ts';
import { discussionRoutes } from './routes-discussions.ts';
import { eventRoutes } from './routes-events.ts';
import { draftNoteRoutes } from './routes-draft-notes.ts';
import { fileRoutes } from './routes-files.ts';
import { groupHookRoutes } from './routes-group-hooks.ts';
import { hookRoutes } from './routes-hooks.ts';
import { issueRoutes } from './routes-issues.ts';
import { mergeRequestChangeRoutes } from './routes-merge-request-changes.ts';
import { mergeRequestRoutes } from './routes-merge-requests.ts';
import { noteRoutes } from './routes-notes.ts';
import { projectRoutes } from './routes-projects.ts';
import { reactionRoutes } from './routes-reactions.ts';
import { repositoryRoutes } from './routes-repository.ts';
import { statusRoutes } from './routes-statuses.ts';
import type { Route } from './route.ts';

/** A route that fits a request. */
export type RouteMatch = HostRouteMatch<Route>;

/** The routes we model. */
export type Router = HostRouter<Route>;

// A parameter is one URL-encoded segment.
const NOTATION = { parameter: /:(\w+)/g, long: [] };

/** Compiles the routes we model. */
export function createRouter(): Router {
  const routes = [
    ...projectRoutes,
    ...repositoryRoutes,
    ...fileRoutes,
    ...statusRoutes,
    ...commitCommentRoutes,
    ...issueRoutes,
    ...noteRoutes,
    ...reactionRoutes,
    ...mergeRequestRoutes,
    ...mergeRequestChangeRoutes,
    ...discussionRoutes,
    ...draftNoteRoutes,
    ...ciRoutes,
    ...contextRoutes,
    ...hookRoutes,
    ...groupHookRoutes,
    ...eventRoutes,
  ];
  return compileRoutes(routes, NOTATION);
}

import { ciRoutes } from './routes-ci.ts';
import { discussionRoutes } from './routes-discussions.ts';
import { draftNoteRoutes } from './routes-draft-notes.ts';
import { fileRoutes } from './routes-files.ts';
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

/** A route that fits a request, with the values of its path parameters. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The routes we model. */
export interface Router {
  readonly routes: readonly Route[];
  find(method: string, path: string): RouteMatch | undefined;
}

/** Compiles the routes we model. Literal segments win over parameters; a parameter is one URL-encoded segment. */
export function createRouter(): Router {
  const routes = [
    ...projectRoutes,
    ...repositoryRoutes,
    ...fileRoutes,
    ...statusRoutes,
    ...issueRoutes,
    ...noteRoutes,
    ...reactionRoutes,
    ...mergeRequestRoutes,
    ...mergeRequestChangeRoutes,
    ...discussionRoutes,
    ...draftNoteRoutes,
    ...ciRoutes,
    ...hookRoutes,
  ];
  const compiled = routes
    .map((route) => ({ route, pattern: toPattern(route.template) }))
    .toSorted((a, b) => literals(b.route.template) - literals(a.route.template));
  return {
    routes,
    find(method, path) {
      for (const { route, pattern } of compiled) {
        const match = route.method === method ? pattern.exec(path) : null;
        if (match) return { route, params: decode(match.groups ?? {}) };
      }
      return undefined;
    },
  };
}

function toPattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`);
}

function literals(template: string): number {
  return template.split('/').filter((segment) => !segment.startsWith(':')).length;
}

function decode(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}

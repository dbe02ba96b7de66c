import { appRoutes } from './routes-app.ts';
import { checkRoutes } from './routes-checks.ts';
import { contentsRoutes } from './routes-contents.ts';
import { conversationRoutes } from './routes-conversation.ts';
import { deliveryRoutes } from './routes-deliveries.ts';
import { pullRoutes } from './routes-pulls.ts';
import { jobRoutes } from './routes-jobs.ts';
import { repositoryRoutes } from './routes-repository.ts';
import { reviewRoutes } from './routes-reviews.ts';
import { writtenRoutes } from './routes-written.ts';
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

/** Compiles the routes we model. Literal segments win over parameters. */
export function createRouter(): Router {
  const routes = [
    ...appRoutes,
    ...deliveryRoutes,
    ...repositoryRoutes,
    ...contentsRoutes,
    ...conversationRoutes,
    ...pullRoutes,
    ...reviewRoutes,
    ...checkRoutes,
    ...jobRoutes,
    ...writtenRoutes,
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

// `ref`, `branch`, `path` and `basehead` may hold slashes: GitHub marks them `x-multi-segment`.
function toPattern(template: string): RegExp {
  const source = template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    ['ref', 'branch', 'path', 'basehead'].includes(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}/?$`);
}

function literals(template: string): number {
  return template.split('/').filter((segment) => !segment.startsWith('{')).length;
}

function decode(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}

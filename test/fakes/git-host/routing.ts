const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** HTTP methods the stand-ins serve. */
export type Method = (typeof METHODS)[number];

/** A route by its method and its path template, as its name has them: `GET /user`. */
export interface RouteName {
  readonly method: Method;
  readonly template: string;
}

/** A route that fits a request, with the decoded values of its path parameters. */
export interface RouteMatch<Route> {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The routes of a stand-in. */
export interface Router<Route> {
  readonly routes: readonly Route[];
  find(method: string, path: string): RouteMatch<Route> | undefined;
}

/** How templates write a parameter: `name` is its group. Those in `long` may hold slashes. */
export interface Notation {
  readonly parameter: RegExp;
  readonly long: readonly string[];
}

/** Takes the name of a route apart. */
export function splitName(name: `${Method} /${string}`): RouteName {
  const [word, template = ''] = name.split(' ');
  const method = METHODS.find((one) => one === word);
  if (method === undefined) throw new Error(`no such method: ${name}`);
  return { method, template };
}

/** Compiles routes. Literal segments win over parameters. */
export function compileRoutes<Route extends RouteName>(routes: readonly Route[], notation: Notation): Router<Route> {
  const compiled = routes
    .map((route) => ({ route, pattern: toPattern(route.template, notation) }))
    .toSorted((a, b) => literals(b.route.template, notation) - literals(a.route.template, notation));
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

function toPattern(template: string, { parameter, long }: Notation): RegExp {
  const source = template.replaceAll(parameter, (_whole, name: string) =>
    long.includes(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}/?$`);
}

function literals(template: string, { parameter }: Notation): number {
  return template.split('/').filter((segment) => segment.search(parameter) !== 0).length;
}

function decode(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}

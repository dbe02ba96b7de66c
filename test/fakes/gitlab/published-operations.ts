import type { RouteName } from '../git-host/routing.ts';
import { ERRATA } from './published-errata.ts';
import { readPublished, type PublishedParameters } from './published-notation.ts';
import { PUBLISHED_ON_CODE } from './published-operations-code.ts';
import { PUBLISHED_ON_PROJECTS } from './published-operations-projects.ts';
import { PUBLISHED_ON_THREADS } from './published-operations-threads.ts';

const LINES = { ...PUBLISHED_ON_PROJECTS, ...PUBLISHED_ON_CODE, ...PUBLISHED_ON_THREADS };
const OPERATIONS = new Map(Object.entries(LINES).map(([name, line]) => [keyOf(name), mended(name, line)]));

/** Every operation that was written down, as the description names it. */
export const PUBLISHED_NAMES: readonly string[] = Object.keys(LINES);

/** An operation's name without those of its path's parameters, which GitLab and we choose apart. */
export function keyOf(name: string): string {
  return name.replaceAll(/:\w+|\{\w+\}/g, '{}');
}

/** What GitLab publishes about an operation, its errata mended; undefined when it was not written down. */
export function publishedParameters({ method, template }: RouteName): PublishedParameters | undefined {
  return OPERATIONS.get(keyOf(`${method} ${template}`));
}

/** What of a request, query and body in one, GitLab does not publish: names and values, one line each. */
export function unpublishedIn(route: RouteName, input: unknown): string[] {
  const parameters = publishedParameters(route);
  if (!parameters) return ['GitLab publishes no such operation'];
  return flatten(input).flatMap(([name, value]) => {
    const published = parameters.get(name);
    if (!published) return [`${name}: GitLab publishes no such parameter`];
    // What kind of value it is, the shape judges.
    const isPlain = typeof value === 'string' || typeof value === 'number';
    const isOdd = isPlain && published.values?.includes(String(value)) === false;
    return isOdd ? [`${name}: GitLab publishes no such value`] : [];
  });
}

function mended(name: string, line: string): PublishedParameters {
  const { takes = '', optional = [] } = ERRATA[name] ?? {};
  const parameters = new Map(readPublished(`${line} ${takes}`));
  for (const one of optional) parameters.set(one, { values: parameters.get(one)?.values, required: false });
  return parameters;
}

/** Objects are descended into and named too; a list is one value. */
function flatten(input: unknown, prefix = ''): [name: string, value: unknown][] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [];
  return Object.entries(input).flatMap(([key, value]: [string, unknown]) => {
    const name = `${prefix}${key}`;
    return [[name, value] as [string, unknown], ...flatten(value, `${name}.`)];
  });
}

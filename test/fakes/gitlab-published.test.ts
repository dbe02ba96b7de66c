import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RouteName } from './git-host/routing.ts';
import { ERRATA } from './gitlab/published-errata.ts';
import type { PublishedParameters } from './gitlab/published-notation.ts';
import { keyOf, publishedParameters, PUBLISHED_NAMES, unpublishedIn } from './gitlab/published-operations.ts';
import { restClient } from './gitlab/rest-client.ts';
import type { Route } from './gitlab/route.ts';
import { createRouter } from './gitlab/router.ts';
import { startGitLab, type GitLabStandIn } from './gitlab/stand-in.ts';

/** A shape as JSON Schema says it, as much of it as is looked at. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly items?: Schema | undefined;
  readonly enum?: readonly (string | number)[] | undefined;
  readonly const?: string | number | undefined;
}
const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    anyOf: z.array(Schema).optional(),
    items: Schema.optional(),
    enum: z.array(z.union([z.string(), z.number()])).optional(),
    const: z.union([z.string(), z.number()]).optional(),
  }),
);

interface Taken {
  readonly name: string;
  readonly required: boolean;
  readonly values: readonly string[];
}

const routes = createRouter().routes;
const named = routes.map((route): [string, Route] => [nameOf(route), route]);

function nameOf({ method, template }: RouteName): string {
  return `${method} ${template}`;
}

/** What a shape takes, objects within it included, by dotted names. */
function takenBy(schema: Schema, prefix = ''): Taken[] {
  const here = Object.entries(schema.properties ?? {}).flatMap(([key, one]) => {
    const name = `${prefix}${key}`;
    const required = schema.required?.includes(key) === true;
    return [{ name, required, values: valuesOf(one) }, ...takenBy(one, `${name}.`)];
  });
  return [...here, ...(schema.anyOf ?? []).flatMap((one) => takenBy(one, prefix))];
}

function valuesOf(schema: Schema): string[] {
  const own = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])].map(String);
  return [...own, ...[...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])].flatMap(valuesOf)];
}

/** Where a route's shape departs from what GitLab publishes; empty when it keeps to it. */
function departures(input: z.ZodType, published: PublishedParameters | undefined): string[] {
  if (!published) return ['is not published'];
  const taken = takenBy(Schema.parse(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })));
  const unknown = taken.filter(({ name }) => !published.has(name)).map(({ name }) => `takes ${name}`);
  const odd = taken.flatMap(({ name, values }) => {
    const allowed = published.get(name)?.values;
    return values.filter((one) => allowed?.includes(one) === false).map((one) => `takes ${name}=${one}`);
  });
  const lax = [...published].filter(([name, { required }]) => required && mayLack(taken, name));
  return [...unknown, ...odd, ...lax.map(([name]) => `does not require ${name}`)];
}

/** A property is required only where the object around it is taken at all. */
function mayLack(taken: readonly Taken[], name: string): boolean {
  const around = name.slice(0, Math.max(0, name.lastIndexOf('.')));
  const applies = around === '' || taken.some((one) => one.name === around);
  return applies && taken.find((one) => one.name === name)?.required !== true;
}

describe('what the stand-in takes is what GitLab publishes', () => {
  test.each(named)('%s', (_name, route) => {
    expect(departures(route.input, publishedParameters(route))).toEqual([]);
  });

  test('and nothing was written down that no route models', () => {
    const modelled = new Set(routes.map((route) => keyOf(nameOf(route))));
    expect(PUBLISHED_NAMES.filter((name) => !modelled.has(keyOf(name)))).toEqual([]);
    expect(modelled.size).toBe(PUBLISHED_NAMES.length);
    expect(Object.keys(ERRATA).filter((name) => !PUBLISHED_NAMES.includes(name))).toEqual([]);
  });
});

describe('a departure is seen', () => {
  const issues = { method: 'GET', template: '/projects/:id/issues' } as const;
  const threads = { method: 'POST', template: '/projects/:id/merge_requests/:merge_request_iid/discussions' } as const;
  const wrong: [departure: string, shape: z.ZodType, route: RouteName][] = [
    ['takes colour', z.strictObject({ colour: z.string().optional() }), issues],
    ['takes state=ajar', z.strictObject({ state: z.enum(['opened', 'ajar']).optional() }), issues],
    ['does not require body', z.strictObject({ body: z.string().optional() }), threads],
    [
      'does not require position.base_sha',
      z.strictObject({ body: z.string(), position: z.strictObject({ base_sha: z.string().optional() }).nullish() }),
      threads,
    ],
    [
      'takes position.column',
      z.strictObject({ body: z.string(), position: z.strictObject({ column: z.number() }).optional() }),
      threads,
    ],
  ];

  test.each(wrong)('%s', (departure, shape, route) => {
    expect(departures(shape, publishedParameters(route))).toContain(departure);
  });

  test('a route that GitLab has not', () => {
    expect(departures(z.strictObject({}), publishedParameters({ method: 'GET', template: '/nonsense' }))).toEqual([
      'is not published',
    ]);
  });
});

describe('requests are held to it as well', () => {
  let gitlab: GitLabStandIn;
  beforeAll(async () => {
    gitlab = await startGitLab();
  });
  afterAll(() => gitlab.close());

  test('a value that no shape of ours forbids and GitLab does not publish is a violation', async () => {
    const bot = restClient(gitlab, gitlab.botToken.token);
    expect((await bot.get('/groups?min_access_level=50')).status).toBe(200);
    gitlab.assertNoViolations();
    expect((await bot.get('/groups?min_access_level=45')).status).toBe(400);
    expect(gitlab.takeViolations()).toEqual([
      {
        direction: 'request',
        operationId: 'GET /groups',
        errors: ['min_access_level: GitLab publishes no such value'],
      },
    ]);
  });

  test('names within objects count, null is any value, and a list is one', () => {
    const threads = {
      method: 'POST',
      template: '/projects/:id/merge_requests/:merge_request_iid/discussions',
    } as const;
    const position = { base_sha: 'a', position_type: 'text', old_line: null, line_range: { start: { type: 'new' } } };
    expect(unpublishedIn(threads, { body: 'x', position })).toEqual([]);
    expect(
      unpublishedIn(threads, { position: { ...position, line_range: { middle: {} }, position_type: 'audio' } }),
    ).toEqual([
      'position.position_type: GitLab publishes no such value',
      'position.line_range.middle: GitLab publishes no such parameter',
    ]);
    const issues = { method: 'GET', template: '/projects/:id/issues' } as const;
    expect(unpublishedIn(issues, { iids: [1, 2], labels: ['a'], state: null })).toEqual([]);
    expect(unpublishedIn({ method: 'GET', template: '/nonsense' }, {})).toEqual(['GitLab publishes no such operation']);
  });
});

import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunFilter } from '#core/ports/history.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { openPostgres } from '../../../prisma/database/client.ts';
import type { Database, Statement } from '../../../prisma/database/database.ts';
import { openStore } from '../../../prisma/store.ts';
import { openHistory } from '../../../prisma/view/history.ts';
import { openOverviews } from '../../../prisma/view/overview.ts';
import { describeWith } from '../../services/describe-with.ts';
import { startPostgres, type Postgres } from '../../services/start-postgres.ts';
import { fillRuns, RUN_EVERY_SEC } from './fill-runs.ts';

const RUNS = 60_000;
const PAGE = 50;
/** What a walk along the right index visits at most: a page, and what a filter on time or source lets out. */
const VISITED_MAX = 10 * PAGE;
const DAY_SEC = 86_400;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number | undefined;
  readonly Plans?: readonly PlanNode[] | undefined;
}
const PlanNode: z.ZodType<PlanNode> = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().optional(),
  get Plans() {
    return z.array(PlanNode).optional();
  },
});
const Explained = z.array(z.object({ 'QUERY PLAN': z.array(z.object({ Plan: PlanNode })) }));

/** Every mixture of what lists are filtered by; the second repository and person are rare, the first have half of everything. */
const STATES: readonly RunFilter[] = [{}, { status: 'succeeded' }, { status: 'awaiting_approval' }];
const FILTERS: readonly RunFilter[] = STATES.flatMap((status) =>
  [
    {},
    { repoName: 'octo/tool-1' },
    { repoName: 'Octo/Tool-7' },
    { repo: { provider: 'github' as const, id: 1 } },
  ].flatMap((repo) =>
    [{}, { requesterLogin: 'person-1' }, { requesterLogin: 'PERSON-9' }].flatMap((requester) =>
      [{}, { source: 'github' }, { source: 'elsewhere' }].map((source) => ({
        ...status,
        ...repo,
        ...requester,
        ...source,
      })),
    ),
  ),
);

describeWith(['postgres'], 'lists over many runs', () => {
  let postgres: Postgres;
  let database: Database;
  let plans: { statement: Statement; root: PlanNode }[] = [];

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    await (await openStore({ kind: 'postgres', url })).store.close();
    const client = new Client(url);
    await client.connect();
    for (const text of [...fillRuns(RUNS), 'vacuum analyze']) await client.query(text);
    await client.end();
    const plain = openPostgres(url);
    database = {
      ...plain,
      async rows(row, statement) {
        const text = `explain (analyze, format json) ${statement.text}`;
        const [explained] = await plain.rows(z.object({ 'QUERY PLAN': Explained.element.shape['QUERY PLAN'] }), {
          ...statement,
          text,
        });
        for (const { Plan: root } of explained?.['QUERY PLAN'] ?? []) plans.push({ statement, root });
        return plain.rows(row, statement);
      },
    };
  });
  afterAll(async () => {
    await database.close();
    await postgres[Symbol.asyncDispose]();
  });

  function nodesOf(node: PlanNode): PlanNode[] {
    return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
  }

  /** The plans since the last time, all without a scan of a whole table; gives the rows that were visited of `run`. */
  function visitedRuns(): number {
    const nodes = plans.flatMap(({ root }) => nodesOf(root));
    expect(plans.length).toBeGreaterThan(0);
    plans = [];
    const whole = nodes.filter(
      (node) => node['Node Type'].includes('Seq Scan') && /^(?:run|request)$/.test(node['Relation Name'] ?? ''),
    );
    expect(whole).toEqual([]);
    const visits = nodes.filter((node) => node['Relation Name'] === 'run');
    return visits.reduce(
      (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );
  }

  test('every mixture of filters walks an index, and visits about a page of it', async () => {
    const history = openHistory(database);
    const since = new Date(Date.now() - 20 * DAY_SEC * 1_000).toISOString();
    const after = {
      createdAt: new Date(Date.now() - 10 * DAY_SEC * 1_000).toISOString(),
      id: '80000000-0000-4000-8000-000000000000',
    };
    let cases = 0;
    for (const filter of FILTERS) {
      for (const more of [{}, { since }]) {
        for (const place of [null, after]) {
          await history.runs(FIRST_TENANT, { ...filter, ...more }, { after: place, countMax: PAGE });
          const visited = visitedRuns();
          cases += 1;
          // What no index knows together: the runs of one person in one repository by state, and where one's runs were asked for.
          const walksOwn =
            (filter.source !== undefined && (filter.repoName ?? filter.repo ?? filter.requesterLogin) !== undefined) ||
            (filter.status !== undefined && filter.requesterLogin !== undefined);
          if (!walksOwn) expect(visited, JSON.stringify({ filter, more, place })).toBeLessThanOrEqual(VISITED_MAX);
        }
      }
    }
    expect(cases).toBe(FILTERS.length * 4);
  });

  test('an overview reads the runs of its days, and no others', async () => {
    const days = 2;
    await openOverviews(database).read(FIRST_TENANT, new Date(Date.now() - days * DAY_SEC * 1_000).toISOString());
    const ofDays = (days * DAY_SEC) / RUN_EVERY_SEC;
    // Each is counted once, and once more where it made a change and where an earlier change of its request is looked for.
    expect(visitedRuns()).toBeLessThan(3 * ofDays + VISITED_MAX);
  });

  test('the test would notice a scan of everything', async () => {
    await database.rows(z.unknown(), { action: 'Scanning', text: `select count(*) from run where plan = 'x'` });
    expect(visitedRuns).toThrow('Seq Scan');
    plans = [];
  });
});

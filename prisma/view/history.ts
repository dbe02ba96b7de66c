import { z } from 'zod';
import type { Attachment } from '#core/ports/access/attachments.ts';
import type { History, HistoryPage, RunLine } from '#core/ports/history.ts';
import { viaPrisma, type Database } from '../database/database.ts';
import { readLogStanding } from './history-log.ts';
import { numberedFilters } from './history-names.ts';
import { changesPage, runsPage } from './history-pages.ts';
import { storedMessage } from '../conversation/messages.ts';
import { storedRequest, storedRun } from '../run/stored-run.ts';

/** One row of a page: which run, where it stands, and how large its diff is. */
const PlacedRun = z.object({ id: z.string(), created_at: z.date(), diff_bytes: z.coerce.number() });
type PlacedRun = z.infer<typeof PlacedRun>;

const OLDEST_FIRST = [{ createdAt: 'asc' as const }, { id: 'asc' as const }];
const NEWEST_FIRST = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];

const isUuid = (id: string): boolean => z.uuid().safeParse(id).success;

/**
 * What happened, on a database. A page is found by one walk along an index, which gives ids; what belongs to them is read by
 * key, so that a page costs the same number of statements whatever it holds.
 */
export function openHistory(database: Database): History {
  return {
    ...readRequests(database),
    ...readRuns(database),
    decisions: readDecisions(database),
    log: readLogStanding(database),
  };
}

function readRuns(database: Database): Pick<History, 'runs' | 'run' | 'changes'> {
  const { prisma, rows } = database;
  async function lines(page: readonly PlacedRun[]): Promise<RunLine[]> {
    const found = await viaPrisma('Reading runs', () =>
      prisma.run.findMany({ where: { id: { in: page.map(({ id }) => id) } }, include: { request: true } }),
    );
    const byId = new Map(found.map((row) => [row.id, row]));
    return page.flatMap(({ id, diff_bytes: diffBytes }) => {
      const row = byId.get(id);
      return row === undefined ? [] : [{ run: storedRun(row), request: storedRequest(row.request), diffBytes }];
    });
  }
  return {
    async runs(tenantId, filter, page) {
      const pages: PlacedRun[] = [];
      for (const numbered of await numberedFilters(database, tenantId, filter))
        pages.push(...(await rows(PlacedRun, runsPage(tenantId, numbered, page))));
      return lines(pages.toSorted(newerFirst).slice(0, page.countMax));
    },

    async run(tenantId, id) {
      if (!isUuid(id)) return undefined;
      const row = await viaPrisma('Reading a run', () =>
        prisma.run.findFirst({
          where: { id, tenantId },
          include: { request: true, result: { select: { patch: true } } },
        }),
      );
      if (row === null) return undefined;
      const diff = row.result?.patch ?? null;
      const logPrunedAt = row.logPrunedAt?.toISOString() ?? null;
      const diffBytes = diff?.byteLength ?? 0;
      return { run: storedRun(row), request: storedRequest(row.request), diff, diffBytes, logPrunedAt };
    },

    async changes(tenantId, page) {
      return lines(await rows(PlacedRun, changesPage(tenantId, page)));
    },
  };
}

/** The order of the lists, for what several of them gave. */
function newerFirst(one: PlacedRun, other: PlacedRun): number {
  const apart = other.created_at.getTime() - one.created_at.getTime();
  return apart === 0 ? (one.id < other.id ? 1 : -1) : apart;
}

const Decided = z.object({ decision: z.enum(['approve', 'reject']), subject: z.enum(['plan', 'publish']) });

function readDecisions({ prisma }: Database): History['decisions'] {
  return async (tenantId, runId) => {
    if (!isUuid(runId)) return [];
    const found = await viaPrisma('Reading decisions', () =>
      prisma.approval.findMany({ where: { runId, run: { tenantId } }, orderBy: OLDEST_FIRST }),
    );
    return found.map((row) => ({
      ...Decided.parse(row),
      by: { id: Number(row.actorId), login: row.actorLogin },
      reason: row.reason,
      at: row.createdAt.toISOString(),
    }));
  };
}

function readRequests({ prisma }: Database): Pick<History, 'requests' | 'request' | 'hasRequest' | 'attachments'> {
  return {
    async requests(tenantId, { after, countMax }) {
      const found = await viaPrisma('Listing requests', () =>
        prisma.workRequest.findMany({
          where: { tenantId, ...olderThan(after) },
          include: { runs: { orderBy: OLDEST_FIRST } },
          orderBy: NEWEST_FIRST,
          take: countMax,
        }),
      );
      return found.map((row) => ({ request: storedRequest(row), tenantId, runs: row.runs.map(storedRun) }));
    },

    async hasRequest(tenantId, id) {
      if (!isUuid(id)) return false;
      return (
        (await viaPrisma('Looking for a request', () => prisma.workRequest.count({ where: { id, tenantId } }))) > 0
      );
    },

    async attachments(tenantId, ids) {
      const bySubject = new Map<string, Attachment[]>();
      if (ids.length === 0) return bySubject;
      const found = await viaPrisma('Reading attachments', () =>
        prisma.attachment.findMany({ where: { tenantId, subjectId: { in: [...ids] } }, orderBy: { position: 'asc' } }),
      );
      for (const one of found) bySubject.set(one.subjectId, [...(bySubject.get(one.subjectId) ?? []), one]);
      return bySubject;
    },

    async request(tenantId, id) {
      if (!isUuid(id)) return undefined;
      const row = await viaPrisma('Reading a request', () =>
        prisma.workRequest.findFirst({
          where: { id, tenantId },
          include: {
            runs: { orderBy: OLDEST_FIRST },
            messages: { where: { takenBack: false }, orderBy: OLDEST_FIRST },
          },
        }),
      );
      if (row === null) return undefined;
      const [runs, messages] = [row.runs.map(storedRun), row.messages.map(storedMessage)];
      return { request: storedRequest(row), tenantId, runs, messages };
    },
  };
}

function olderThan(after: HistoryPage['after']) {
  if (after === null) return {};
  const createdAt = new Date(after.createdAt);
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: after.id } }] };
}

import { z } from 'zod';
import type { Runs } from '#core/ports/store.ts';
import { CLAIM_HOLDS } from './claim-fence.ts';
import { viaPrisma, type Database } from '../database/database.ts';
import { storedRequest, storedRun } from './stored-run.ts';

/** The half of {@link Runs} that writes nothing. */
type RunReads = Pick<Runs, 'readRun' | 'readResult' | 'readRequest' | 'isLive'>;

/**
 * Reads of requests and runs. Prisma reads a relation by a second statement, so the request is always read first: what is
 * reported under its version is then at least as new as that version, and a report can never hide a later change.
 */
export function openRunReads({ prisma, rows }: Database): RunReads {
  return {
    async readRun(runId) {
      const found = await viaPrisma('Reading a run', () =>
        prisma.workRequest.findFirst({
          where: { runs: { some: { id: runId } } },
          include: { runs: { where: { id: runId } } },
        }),
      );
      const run = found?.runs[0];
      return found === null || run === undefined ? undefined : { run: storedRun(run), request: storedRequest(found) };
    },

    async readRequest(requestId) {
      const found = await viaPrisma('Reading a request', () =>
        prisma.workRequest.findUnique({
          where: { id: requestId },
          include: { runs: { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: 1 } },
        }),
      );
      const run = found?.runs[0];
      return found === null || run === undefined ? undefined : { run: storedRun(run), request: storedRequest(found) };
    },

    async readResult(runId) {
      const row = await viaPrisma('Reading a result', () => prisma.runResult.findUnique({ where: { runId } }));
      if (row === null) return undefined;
      const { patch, unfinished, sessionThreadId: threadId, sessionRecord: record } = row;
      return { patch, unfinished, session: threadId === null || record === null ? null : { threadId, record } };
    },

    async isLive({ runId, epoch }) {
      if (!z.uuid().safeParse(runId).success) return false;
      const text = `select run.id from run where ${CLAIM_HOLDS}`;
      const live = await rows(z.object({ id: z.string() }), {
        action: 'Checking a claim',
        text,
        values: [runId, epoch],
      });
      return live.length > 0;
    },
  };
}

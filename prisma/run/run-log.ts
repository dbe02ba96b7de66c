import { inTurn } from '#core/domain/in-turn.ts';
import { RunLogEvent } from '#core/contracts/run-log.ts';
import type { RunLogRecord } from '#core/ports/store.ts';
import { viaPrisma, type Database } from '../database/database.ts';

/** Everybody who follows a log reads it at the same moment; connections are left for all else. */
const READERS_MAX = 4;

/** The run log as recorded. Positions count 1, 2, 3 … within a request, in the order of commit. */
export function openRunLog({ prisma }: Database): RunLogRecord {
  const turn = inTurn(READERS_MAX);
  const ofRun = (runId: string, take: number, direction: 'asc' | 'desc') =>
    take === 0
      ? Promise.resolve([])
      : viaPrisma('Reading a run log', () =>
          prisma.runLog.findMany({ where: { runId }, orderBy: { position: direction }, take }),
        );
  return {
    async readLog(requestId, position, countMax) {
      const rows = await turn(() =>
        viaPrisma('Reading a run log', () =>
          prisma.runLog.findMany({
            where: { requestId, position: { gt: position } },
            orderBy: { position: 'asc' },
            take: countMax,
          }),
        ),
      );
      return rows.map((row) => ({ position: row.position, event: RunLogEvent.parse(row.event) }));
    },

    async readLogEnds(runId, ends) {
      const [head, last, total] = await Promise.all([
        ofRun(runId, ends.head, 'asc'),
        ofRun(runId, ends.tail, 'desc'),
        viaPrisma('Counting a run log', () => prisma.runLog.count({ where: { runId } })),
      ]);
      // Both ends of a short log overlap; an event is shown once, as part of the head.
      const headEnd = head.at(-1)?.position ?? 0;
      const tail = last.filter((row) => row.position > headEnd).toReversed();
      return {
        head: head.map((row) => RunLogEvent.parse(row.event)),
        tail: tail.map((row) => RunLogEvent.parse(row.event)),
        total,
      };
    },
  };
}

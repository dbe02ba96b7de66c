import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '#core/domain/run/run.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import { eightTimes, further, keyOf, MONA, parked, processesOf, said, settledAs } from './a-conversation.ts';
import { THREAD as A_THREAD, aRequest, claimed, submitted, type StoreSubjects } from './store-subject.ts';

const THREAD = { ...A_THREAD, number: 77 };
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What is promised about turns within a thread, and about how many there were. */
export function conversationLineContract(subjectOf: StoreSubjects): void {
  /** Requests of one thread, made a second apart. */
  const inLine = async (count: number, request: Partial<WorkRequest> = {}) => {
    const made: { request: WorkRequest; run: Run }[] = [];
    for (let index = 0; index < count; index += 1) {
      const createdAt = `2026-11-23T10:00:0${index}.000Z`;
      made.push(
        await submitted(subjectOf().store, { request: { thread: THREAD, createdAt, ...request }, run: { createdAt } }),
      );
    }
    return made;
  };
  const askedAt = (createdAt: string, request: Partial<WorkRequest> = {}) =>
    submitted(subjectOf().store, { request: { thread: THREAD, createdAt, ...request }, run: { createdAt } });

  describe('turns of a thread', () => {
    beforeEach(() => subjectOf().empty());

    test('a run counts those before it in its thread that are not over; what waits for approval keeps nobody waiting', async () => {
      const { store } = subjectOf();
      const { repo } = aRequest();
      await inLine(1, { repo: { ...repo, id: repo.id + 1 } });
      await inLine(1, { repo: { ...repo, provider: 'gitlab' } });
      const line = await inLine(4);
      const ahead = () => Promise.all(line.map(({ run }) => store.conversations.ahead(run.id)));
      expect(await ahead()).toEqual([0, 1, 2, 3]);
      const [first, second] = line;
      if (first === undefined || second === undefined) throw new Error('there are four');
      await parked(store, first.run);
      expect(await ahead()).toEqual([0, 0, 1, 2]);
      await settledAs(store, second.run);
      expect(await ahead()).toEqual([0, 0, 0, 1]);
      expect(await store.conversations.ahead(randomUUID())).toBe(0);
    });

    test('a run is not claimed before those ahead of it are over, by whomever', async () => {
      const { store } = subjectOf();
      const [first, second] = await inLine(2);
      if (first === undefined || second === undefined) throw new Error('there are two');
      const claim = () =>
        eightTimes(processesOf(subjectOf()), (one, index) =>
          one.runs.claim(second.run.id, { holder: `worker-${index}`, silentMs: MINUTE_MS }),
        );
      const won = async () => (await claim()).filter((run) => run !== undefined);
      expect(await won()).toEqual([]);
      const claimedFirst = await claimed(store, first.run);
      expect(await won()).toEqual([]);
      await store.runs.advance(claimedFirst, { run: { status: 'succeeded' } });
      expect(await won()).toHaveLength(1);
    });

    test('the line is of queued runs in their order, asked through any of its requests, and each of them has changed', async () => {
      const { store } = subjectOf();
      const { repo } = aRequest();
      const foreign = await inLine(1, { repo: { ...repo, id: repo.id + 1 } });
      const line = await inLine(3);
      const [first] = line;
      if (first === undefined) throw new Error('there are three');
      await store.runs.advance(await claimed(store, first.run), { run: { status: 'provisioning' } });
      const queued = line.slice(1).map(({ run, request }) => ({ runId: run.id, requestId: request.id }));
      for (const { request } of line) expect(await store.conversations.line(request.id)).toEqual(queued);
      const versions = await Promise.all(
        [...line, ...foreign].map(async ({ request }) => (await store.runs.readRequest(request.id))?.request.version),
      );
      expect(versions).toEqual([2, 4, 4, 1]);
      expect(await store.conversations.line(randomUUID())).toEqual([]);
    });

    test('eight that ask for the line at once all get it', async () => {
      const line = await inLine(9);
      const asked = await eightTimes(processesOf(subjectOf()), (one, index) =>
        one.conversations.line(line[index]?.request.id ?? ''),
      );
      for (const answer of asked) expect(answer.map(({ runId }) => runId)).toEqual(line.map(({ run }) => run.id));
    });

    test('runs are counted by thread and hour, by repository and day, and by person and day in every repository of the host', async () => {
      const { store } = subjectOf();
      const { requester, repo } = aRequest();
      await askedAt(ago(MINUTE_MS));
      await askedAt(ago(2 * HOUR_MS));
      await askedAt(ago(DAY_MS + MINUTE_MS));
      await askedAt(ago(MINUTE_MS), { thread: { ...THREAD, number: 78 }, requester: MONA });
      await askedAt(ago(MINUTE_MS), { repo: { ...repo, id: repo.id + 1 } });
      await askedAt(ago(MINUTE_MS), { repo: { ...repo, provider: 'gitlab' } });
      const thread = keyOf({ repo, thread: THREAD });
      const counted = { threadHour: 1, personDay: 3, repositoryDay: 3 };
      expect(await store.conversations.count({ thread, actorId: requester.id })).toEqual(counted);
      expect(await store.conversations.count({ thread, actorId: MONA.id })).toEqual({ ...counted, personDay: 1 });
      const other = { ...thread, kind: 'pull' } as const;
      expect(await store.conversations.count({ thread: other, actorId: 1 })).toEqual({
        threadHour: 0,
        personDay: 0,
        repositoryDay: 3,
      });
    });

    test('a further run counts for the person whose words it took, and in the thread of its change as well', async () => {
      const { store } = subjectOf();
      const { request, run } = await askedAt(ago(MINUTE_MS));
      const change = { number: 41, url: 'https://github.com/octo/tool/pull/41' };
      await store.runs.advance(await claimed(store, run), { run: { status: 'succeeded', change } });
      await said(store, request, { thread: { kind: 'pull', number: 41 } });
      await store.conversations.begin(further(request, { createdAt: ago(0) }));
      const issue = keyOf(request);
      const pull = { ...issue, kind: 'pull', number: 41 } as const;
      const counted = { threadHour: 2, personDay: 1, repositoryDay: 2 };
      for (const thread of [issue, pull])
        for (const actorId of [MONA.id, request.requester.id])
          expect(await store.conversations.count({ thread, actorId })).toEqual(counted);
    });
  });
}

import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { RunLogEvent } from '#core/contracts/run-log.ts';
import type { Thread } from '#core/domain/host/inbound.ts';
import { PLAIN_TASK } from '#core/domain/run/run-task.ts';
import type { Proof } from '#core/domain/run/proof.ts';
import { NO_USAGE, type Run } from '#core/domain/run/run.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import type { Claim } from '#core/domain/run/claim.ts';
import type { Delivery, OutboxEntry, Store } from '#core/ports/store.ts';

/** A store under test; `empty` forgets everything between two tests. */
export interface StoreSubject {
  readonly store: Store;
  /** Further ones on the same tables, as other processes have them, where there can be any. */
  readonly others?: readonly Store[];
  empty(): Promise<void>;
}

/** What a contract asks its caller for: called once, closed by the caller. */
export type StoreSubjects = () => StoreSubject;

/** A delivery nobody has seen, or the same again with some of it changed. */
export function aDelivery(same: Partial<Delivery> = {}): Delivery {
  const body = same.body ?? Buffer.from(JSON.stringify({ body: randomUUID() }));
  return {
    id: randomUUID(),
    provider: 'github',
    guid: randomUUID(),
    event: 'issue_comment',
    bodySha256: createHash('sha256').update(body).digest('hex'),
    ...same,
    body,
  };
}

/** Where {@link aRequest} was asked. */
export const THREAD: Thread = { kind: 'issue', number: 12, title: 'It fails', body: 'See the log.' };

/** A request that was just accepted. */
export function aRequest(same: Partial<WorkRequest> = {}): WorkRequest {
  return {
    id: randomUUID(),
    repo: { provider: 'github', installationId: 5_000_000_001, id: 7_000_000_001, owner: 'octo', name: 'tool' },
    thread: THREAD,
    call: null,
    trigger: { kind: 'review-comment', id: 4_294_967_297, path: 'src/a.ts', hunk: '@@ -1 +1 @@' },
    requester: { id: 583_231, login: 'octocat', bot: false },
    prompt: '  fix "it"\n\tplease 🙏 ',
    state: 'RECEIVED',
    base: { ref: 'main', sha: 'a'.repeat(40) },
    ended: null,
    createdAt: '2026-11-23T10:00:00.123Z',
    version: 1,
    ...same,
  };
}

/** The first run of a request, queued. */
export function aRun(requestId: string, same: Partial<Run> = {}): Run {
  return {
    id: randomUUID(),
    requestId,
    epoch: 0,
    task: PLAIN_TASK,
    status: 'queued',
    cancelRequested: false,
    cancelReason: null,
    plan: null,
    awaiting: null,
    approved: null,
    claims: 0,
    tries: 0,
    provisioner: null,
    finalMessage: null,
    usage: NO_USAGE,
    commands: [],
    failure: null,
    change: null,
    pushed: null,
    costUsd: null,
    blocked: {},
    savedBranch: null,
    proof: null,
    createdAt: '2026-11-23T10:00:00.456Z',
    startedAt: null,
    finishedAt: null,
    ...same,
  };
}

/** What was found about a change, with an end of each kind. */
export function aProof(): Proof {
  const rows: Proof['rows'] = [
    {
      what: 'changed',
      command: "t 'ü'",
      base: { kind: 'failed', exitCode: 1 },
      head: { kind: 'passed' },
      asExpected: true,
    },
    {
      what: 'suite',
      command: 't',
      base: { kind: 'timed-out' },
      head: { kind: 'broken', why: 'Away.' },
      asExpected: false,
    },
  ];
  const verdict = { verdict: 'unproven', reasons: ['The suite, on the base: ran out of time.'] } as const;
  return { mode: 'require', ...verdict, rows, tests: ['test/a.js'], policyVersion: 'v1' };
}

/** A run-log event that says `message`. */
export function anEvent(run: Pick<Run, 'id' | 'requestId'>, message: string): RunLogEvent {
  const ids = { request_id: run.requestId, run_id: run.id };
  return { v: 1, type: 'log', message, ...ids, created_at: '2026-11-23T10:00:01.000Z' };
}

/** A delivery, its request in a thread of its own and its first run, recorded and submitted with one event and one job. */
export async function submitted(
  store: Pick<Store, 'inbox' | 'runs'>,
  same: { request?: Partial<WorkRequest>; run?: Partial<Run> } = {},
): Promise<{ delivery: Delivery; request: WorkRequest; run: Run }> {
  const delivery = aDelivery();
  await store.inbox.record(delivery);
  const thread = { ...THREAD, number: randomInt(1, 2 ** 31 - 1) };
  const request = aRequest({ thread, ...same.request });
  const run = aRun(request.id, same.run);
  await store.runs.submit({
    deliveryId: delivery.id,
    request,
    run,
    log: [anEvent(run, 'asked')],
    jobs: [{ name: 'execute-run', payload: { runId: run.id } }],
  });
  return { delivery, request, run };
}

/** The run, claimed. */
export async function claimed(store: Store, run: Pick<Run, 'id'>, holder = 'worker-1'): Promise<Claim> {
  const won = await store.runs.claim(run.id, { holder, silentMs: 60_000 });
  if (won === undefined) throw new Error('the run could not be claimed');
  return { runId: won.id, epoch: won.epoch };
}

/** Takes every committed job out of the outbox. */
export async function drained(store: Store): Promise<OutboxEntry[]> {
  const entries: OutboxEntry[] = [];
  await store.outbox.drain(1_000, async (entry) => void entries.push(entry));
  return entries;
}

import { randomUUID } from 'node:crypto';
import type { Job } from '#core/contracts/jobs.ts';
import type { Claim } from '#core/domain/run/claim.ts';
import type { Trigger } from '#core/domain/host/inbound.ts';
import type { Message } from '#core/domain/request/message.ts';
import type { ApprovalSubject } from '#core/domain/run/run-task.ts';
import type { Run } from '#core/domain/run/run.ts';
import { threadOf, type WorkRequest } from '#core/domain/request/work-request.ts';
import type { Decision, ThreadKey } from '#core/ports/conversations.ts';
import type { Store } from '#core/ports/store.ts';
import { aDelivery, anEvent, aRun, claimed } from './store-subject.ts';

/** Somebody who is not the requester of {@link aRequest}. */
export const MONA = { id: 9_919, login: 'mona', bot: false };

/** Words that were said on the host. */
type OnHost = Message & { readonly thread: NonNullable<Message['thread']>; readonly trigger: Trigger };

/** Words for a request that nobody has said yet, in its own thread. */
export function aMessage({ id, ...request }: WorkRequest, same: Partial<OnHost> = {}): OnHost {
  const thread = threadOf(request);
  return {
    id: randomUUID(),
    requestId: id,
    actor: MONA,
    thread: { kind: thread.kind, number: thread.number },
    trigger: { kind: 'comment', id: Math.floor(Math.random() * 2 ** 40) },
    text: '  and "more"\n\t🙏 ',
    fix: false,
    createdAt: '2026-11-23T11:00:00.123Z',
    ...same,
  };
}

/** The job that sees to words. */
export function seeTo({ id }: Pick<WorkRequest, 'id'>): Job {
  return { name: 'continue-request', payload: { requestId: id } };
}

/** A delivery on record; gives its id. */
export async function delivered(store: Pick<Store, 'inbox'>): Promise<string> {
  const delivery = aDelivery();
  await store.inbox.record(delivery);
  return delivery.id;
}

/** Words that were said to a request, with their job. */
export async function said(store: Store, request: WorkRequest, same: Partial<OnHost> = {}): Promise<OnHost> {
  const message = aMessage(request, same);
  await store.conversations.say(await delivered(store), message, [seeTo(request)]);
  return message;
}

/** The thread of a request as the store knows it. */
export function keyOf({ repo, ...request }: Pick<WorkRequest, 'repo' | 'thread'>): ThreadKey {
  const thread = threadOf(request);
  return { provider: repo.provider, repoId: repo.id, kind: thread.kind, number: thread.number };
}

/** A further run of a request, an hour after the first one, with a log event and a job of its own. */
export function further(request: WorkRequest, same: Partial<Run> = {}) {
  const run = aRun(request.id, { createdAt: '2026-11-23T11:00:01.000Z', ...same });
  const job: Job = { name: 'execute-run', payload: { runId: run.id } };
  return { run, job, takes: 'waiting' as const, log: [anEvent(run, 'more was said')], jobs: [job] };
}

/** Ends a run that nobody holds. */
export async function settledAs(
  store: Store,
  run: Pick<Run, 'id'>,
  status: Run['status'] = 'unchanged',
): Promise<void> {
  await store.runs.advance(await claimed(store, run), { run: { status } });
}

/** What waits for approval, of nothing else. */
export const SUBJECT: ApprovalSubject = { subject: 'publish', digest: 'd'.repeat(40), policyVersion: 'p1' };

/** Parks a run until somebody approves; gives the claim it was parked under. */
export async function parked(store: Store, run: Pick<Run, 'id'>, awaiting = SUBJECT): Promise<Claim> {
  const claim = await claimed(store, run);
  await store.runs.advance(claim, { run: { status: 'awaiting_approval', awaiting } });
  return claim;
}

/** What `mona` decides about a parked run. */
export async function aDecision(
  store: Pick<Store, 'inbox'>,
  run: Pick<Run, 'id'>,
  same: Partial<Decision> = {},
): Promise<Decision> {
  return {
    id: randomUUID(),
    deliveryId: same.deliveryId ?? (await delivered(store)),
    runId: run.id,
    decision: 'approve',
    about: SUBJECT,
    actor: MONA,
    reason: '',
    at: '2026-11-23T12:00:00.000Z',
    ...same,
  };
}

/**
 * A job that the outbox refuses, so that a statement fails at its very last part: as if the process had died there.
 */
export const REFUSED_JOB: Job = JSON.parse('{"name":null,"payload":{}}');

/** All stores of a subject, as so many processes. */
export function processesOf({ store, others = [] }: { store: Store; others?: readonly Store[] }): readonly Store[] {
  return [store, ...others];
}

/** Calls eight times at once, in turn on each process. */
export function eightTimes<Value>(
  stores: readonly Store[],
  call: (store: Store, index: number) => Promise<Value>,
): Promise<Value[]> {
  const [first] = stores;
  if (first === undefined) throw new Error('there is no store');
  return Promise.all(Array.from({ length: 8 }, (_, index) => call(stores[index % stores.length] ?? first, index)));
}

/** Two processes for calls that race, and how often: where there is one only, its statements follow one another anyway. */
export function racersOf({ store, others = [] }: { store: Store; others?: readonly Store[] }) {
  const [other = store] = others;
  return { store, conversations: other.conversations, rounds: other === store ? 2 : 20 };
}

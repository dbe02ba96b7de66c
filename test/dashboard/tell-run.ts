import { randomInt, randomUUID } from 'node:crypto';
import type { RunLogEntry } from '#core/contracts/run-log.ts';
import type { Claim } from '#core/domain/run/claim.ts';
import type { Run } from '#core/domain/run/run.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import type { RunStep } from '#core/ports/store.ts';
import type { OpenedStore } from '../../prisma/store.ts';
import { aDelivery, aRequest, aRun, claimed, THREAD } from '../contract/store-subject.ts';

/** A run on record that a test lets speak and end, as a worker would. */
export interface ToldRun {
  readonly request: WorkRequest;
  readonly run: Run;
  /** Writes a step and hands its log to whoever follows; each entry is one second after the one before. */
  advance(step: Omit<RunStep, 'log'>, ...entries: readonly RunLogEntry[]): Promise<void>;
  say(...entries: readonly RunLogEntry[]): Promise<void>;
  /** Begins a further run of the same request after words of its requester. */
  goOn(words: string): Promise<ToldRun>;
}

type Made = Pick<ToldRun, 'request' | 'run'>;
type Parts = Pick<OpenedStore, 'store' | 'runLogStream'>;

/** Puts a request with its first run on record and claims it. `at` is when it was asked, in milliseconds; the run begins 4 s later. */
export async function tellRun(
  parts: Parts,
  same: { request?: Partial<WorkRequest>; run?: Partial<Run>; at?: number } = {},
): Promise<ToldRun> {
  const at = same.at ?? Date.now();
  const createdAt = new Date(at).toISOString();
  const delivery = aDelivery();
  await parts.store.inbox.record(delivery);
  const thread = { ...THREAD, number: randomInt(1, 2 ** 31 - 1) };
  const request = aRequest({ thread, createdAt, ...same.request });
  const run = aRun(request.id, { createdAt, ...same.run });
  await parts.store.runs.submit({ deliveryId: delivery.id, request, run, log: [], jobs: [] });
  return begun(parts, { request, run }, at);
}

async function begun(parts: Parts, made: Made, at: number): Promise<ToldRun> {
  const { request, run } = made;
  const claim = await claimed(parts.store, run);
  const clock = { at: at + 4_000 };
  const advance: ToldRun['advance'] = async (step, ...entries) => {
    const log = entries.map((entry) => eventOf(entry, run, clock));
    await write(parts, { request, claim }, { ...step, log });
  };
  await advance({ request: 'EXECUTING', run: { status: 'running', startedAt: new Date(clock.at).toISOString() } });
  return {
    request,
    run,
    advance,
    say: (...entries) => advance({}, ...entries),
    goOn: (words) => further(parts, made, { words, at: clock.at + 60_000 }),
  };
}

function eventOf(entry: RunLogEntry, run: Run, clock: { at: number }) {
  const created_at = new Date((clock.at += 1_000)).toISOString();
  return { v: 1, ...entry, request_id: run.requestId, run_id: run.id, created_at } as const;
}

async function write(parts: Parts, of: { request: WorkRequest; claim: Claim }, step: RunStep): Promise<void> {
  const placed = await parts.store.runs.advance(of.claim, step);
  if (placed === 'lost') throw new Error('the run was lost');
  await parts.runLogStream.publish(of.request.id, placed);
}

async function further(parts: Parts, { request }: Made, said: { words: string; at: number }): Promise<ToldRun> {
  const delivery = aDelivery();
  await parts.store.inbox.record(delivery);
  const createdAt = new Date(said.at).toISOString();
  const { kind, number } = request.thread ?? THREAD;
  const message = {
    id: randomUUID(),
    requestId: request.id,
    actor: request.requester,
    thread: { kind, number },
    trigger: { kind: 'comment' as const, id: randomInt(2 ** 40) },
    text: said.words,
    fix: false,
    createdAt,
  };
  await parts.store.conversations.say(delivery.id, message, []);
  const run = aRun(request.id, { createdAt });
  await parts.store.conversations.begin({ run, takes: 'waiting', log: [], jobs: [] });
  return begun(parts, { request, run }, said.at);
}

import { createHash, randomUUID } from 'node:crypto';
import { AppError } from '#core/domain/errors.ts';
import { PLAIN_TASK, type RunTask } from '#core/domain/run/run-task.ts';
import { branchOf } from '#core/domain/request/work-request.ts';
import type { Actor } from '#core/domain/host/repo.ts';
import { aDelivery, aRequest, aRun } from '../contract/store-subject.ts';
import { NO_SUCH_MODEL, type Play } from './plays.ts';
import type { Place, Stage } from './stage.ts';

const HOLDER = 'the matrix';
const PLAN = '1. Write a.txt.';
const TRIES_MAX = 10;
/** Without a configuration file. */
const RULES = 'none';

/**
 * Makes a thread as a play wants it. What has come before, a request that waits or has failed, is written through the store's
 * own ports by the same steps as a worker takes them, since an agent's half a minute per case would show nothing more.
 */
export async function setThread(stage: Stage, standing: string, set: Setting): Promise<Place> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await setOnce(stage, standing, set);
    } catch (thrown) {
      // On a busy machine a connection can take longer than the store waits; what was half done stays in a thread of its own.
      if (!(thrown instanceof AppError && thrown.retryable) || tries >= TRIES_MAX) throw thrown;
    }
  }
}

interface Setting {
  readonly thread: Play['thread'];
  /** Who asked for what waits or failed; default the admin. */
  readonly requester?: Actor;
}

async function setOnce(stage: Stage, standing: string, { thread, requester }: Setting): Promise<Place> {
  const place = await stage.open(standing, thread === 'pull' ? 'pull' : 'issue');
  if (thread === 'empty' || thread === 'pull') return place;
  const { runs, inbox } = stage.astraforge.shared.store;
  const { repo, admin } = stage.meet(standing);
  const delivery = aDelivery({ provider: repo.provider, event: 'nothing of ours' });
  await inbox.record(delivery);
  const now = new Date().toISOString();
  const request = aRequest({
    repo,
    thread: { ...place, title: 'A wish', body: '' },
    trigger: { kind: 'thread' },
    requester: requester ?? admin,
    prompt: 'write a.txt',
    base: { ref: 'main', sha: await stage.head(standing) },
    createdAt: now,
  });
  const waits = thread === 'waits for approval';
  const task: RunTask = { ...PLAIN_TASK, approval: waits ? 'plan' : 'none', options: { model: NO_SUCH_MODEL } };
  const run = aRun(request.id, { task, createdAt: now });
  await runs.submit({ deliveryId: delivery.id, request, run, log: [], jobs: [] });
  const claimed = await runs.claim(run.id, { holder: `${HOLDER} ${randomUUID()}`, silentMs: 60_000 });
  if (claimed === undefined) throw new Error(`nobody could claim the run of ${branchOf(request.id)}`);
  const claim = { runId: run.id, epoch: claimed.epoch };
  const report = { name: 'report-progress', payload: { requestId: request.id } } as const;
  await runs.advance(claim, { run: { status: 'provisioning', startedAt: now }, request: 'EXECUTING' });
  if (waits) {
    const digest = createHash('sha256').update(PLAN).digest('hex');
    const awaiting = { subject: 'plan', digest, policyVersion: RULES } as const;
    const parked = { status: 'awaiting_approval', plan: PLAN, awaiting } as const;
    await runs.advance(claim, { run: parked, request: 'PLAN_READY', jobs: [report] });
  } else {
    const failure = { code: 'agent', message: 'The agent gave up.' };
    await runs.advance(claim, {
      run: { status: 'failed', failure, finishedAt: now },
      request: 'FAILED',
      jobs: [report],
    });
  }
  return place;
}

import type { Job } from '../../contracts/jobs.ts';
import type { RunLogEntry } from '../../contracts/run-log.ts';
import type { Run } from '../../domain/run/run.ts';
import { transition, type RequestState, type WorkRequest } from '../../domain/request/work-request.ts';
import type { Logger } from '../../ports/runtime.ts';
import type { Claim } from '../../domain/run/claim.ts';
import type { RunPatch, Runs, RunStep } from '../../ports/store.ts';
import { REPORT_INTERVAL_MS } from '../report/report-progress.ts';
import { RunJournal, type RunJournalDeps } from './run-journal.ts';

/** Why a held run must stop: somebody cancelled it, another worker took it, or this worker is going down. */
export type StopReason = 'cancel' | 'lost' | 'handover';

/** What holding needs. */
export type HoldRunDeps = RunJournalDeps & { readonly store: { readonly runs: Runs }; readonly logger: Logger };

/** A cancelled run hears of it with the next heartbeat and must end its agent within 2 s. */
const HEARTBEAT_MS = 500;
const FLUSH_MS = 250;
/** A claim is taken over after this silence: twenty missed heartbeats. */
export const SILENT_MS = 10_000;

/**
 * A claimed run, and the only way to write about it: keeps the claim alive, watches for reasons to stop, and writes
 * the log in batches. Disposing ends all that and waits for the last write.
 */
export class HeldRun implements AsyncDisposable {
  readonly claim: Claim;
  readonly run: Run;
  readonly request: WorkRequest;
  readonly #deps: HoldRunDeps;
  readonly #journal: RunJournal;
  readonly #stop = new AbortController();
  readonly #ended = new AbortController();
  readonly #loops: readonly Promise<void>[];
  /** The shutdown signal outlives every run and must not hold on to it. */
  readonly #letGo: () => void;
  #reason: StopReason | undefined;
  #state: RequestState;
  #reportedAt = 0;
  /** Something was logged that no report has been asked for yet. */
  #owesReport = false;

  constructor(deps: HoldRunDeps, held: { run: Run; request: WorkRequest }, shutdown: AbortSignal) {
    this.claim = { runId: held.run.id, epoch: held.run.epoch };
    this.run = held.run;
    this.request = held.request;
    this.#deps = deps;
    this.#journal = new RunJournal(deps, this.claim, {
      requestId: held.request.id,
      onLost: () => this.#halt('lost'),
    });
    this.#state = held.request.state;
    const handOver = (): void => this.#halt('handover');
    shutdown.addEventListener('abort', handOver, { once: true });
    this.#letGo = () => shutdown.removeEventListener('abort', handOver);
    if (shutdown.aborted) this.#halt('handover');
    this.#loops = [this.#repeat(HEARTBEAT_MS, () => this.#beat()), this.#repeat(FLUSH_MS, () => this.#flush())];
  }

  /** Branch and commit the run starts from. */
  get base(): { readonly ref: string; readonly sha: string } {
    return this.run.task.base ?? this.request.base;
  }

  /** Aborts when the run must stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The first reason to stop, if any. */
  get stopReason(): StopReason | undefined {
    return this.#reason;
  }

  /** Now, ISO 8601 UTC. */
  now(): string {
    return this.#deps.runtime.now();
  }

  /** Adds to the log soon. */
  readonly note = (entry: RunLogEntry): void => this.#journal.note(entry);

  /** Changes the run soon, for what need not be on record before anything else happens. */
  amend(run: RunPatch): void {
    this.#journal.amend(run);
  }

  /**
   * Writes a step and all waiting log events in one transaction.
   * @throws AppError `conflict` when the claim is lost or the request's state does not allow it.
   */
  async step(step: Omit<RunStep, 'log'>, ...entries: RunLogEntry[]): Promise<void> {
    for (const entry of entries) this.note(entry);
    if (step.request !== undefined) this.#state = transition(this.#state, step.request);
    await this.#journal.write(step);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#letGo();
    await Promise.all(this.#loops);
  }

  #halt(reason: StopReason): void {
    this.#reason ??= reason;
    this.#stop.abort();
  }

  async #beat(): Promise<void> {
    const answer = await this.#deps.store.runs.heartbeat(this.claim);
    if (answer !== 'held') this.#halt(answer);
  }

  async #flush(): Promise<void> {
    if (this.#reason === 'lost') return;
    this.#owesReport ||= this.#journal.pending;
    const jobs = this.#reportIfDue();
    if (this.#journal.pending || jobs.length > 0) await this.#journal.write({ jobs });
  }

  #reportIfDue(): readonly Job[] {
    const now = Date.parse(this.now());
    if (!this.#owesReport || now - this.#reportedAt < REPORT_INTERVAL_MS) return [];
    this.#reportedAt = now;
    this.#owesReport = false;
    return [{ name: 'report-progress', payload: { requestId: this.request.id } }];
  }

  /** Repeats until disposed; a failing database is asked again, because a claim outlives a short outage. */
  async #repeat(everyMs: number, action: () => Promise<void>): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await this.#deps.runtime.wait(everyMs, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      await action().catch((err: unknown) =>
        this.#deps.logger.warn({ ...this.claim, err }, 'holding a run met a failure'),
      );
    }
  }
}

import type { RunLogEntry, RunLogEvent } from '../../contracts/run-log.ts';
import { AppError } from '../../domain/errors.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import { withoutLooks } from '../../domain/text/terminal-looks.ts';
import { wellFormed } from '../../domain/text/text-limit.ts';
import type { RunLogStream } from '../../ports/run-log.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Claim } from '../../domain/run/claim.ts';
import type { RunPatch, Runs, RunStep } from '../../ports/store.ts';

/** What writing needs. */
export interface RunJournalDeps {
  readonly store: { readonly runs: Pick<Runs, 'advance'> };
  readonly stream: Pick<RunLogStream, 'publish'>;
  readonly redactor: Redactor;
  readonly runtime: Runtime;
}

/** Writes a run's steps and log under its claim: in order, redacted, what waits together in one transaction. */
export class RunJournal {
  readonly #deps: RunJournalDeps;
  readonly #claim: Claim;
  readonly #about: { requestId: string; onLost: () => void };
  #waiting: RunLogEvent[] = [];
  #amended: RunPatch = {};
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: RunJournalDeps, claim: Claim, about: { requestId: string; onLost: () => void }) {
    this.#deps = deps;
    this.#claim = claim;
    this.#about = about;
  }

  /** Whether something waits to be written. */
  get pending(): boolean {
    return this.#waiting.length > 0 || Object.keys(this.#amended).length > 0;
  }

  /** Changes the run with the next write, whose own changes win. */
  amend(run: RunPatch): void {
    this.#amended = { ...this.#amended, ...run };
  }

  /** Adds an event that the next write takes along. */
  note(entry: RunLogEntry): void {
    const { message, command, cwd, ...rest } = entry;
    this.#waiting.push({
      v: 1,
      ...rest,
      ...(message === undefined ? {} : { message: this.#clean(message) }),
      ...(command === undefined ? {} : { command: this.#clean(command) }),
      ...(cwd === undefined ? {} : { cwd: this.#clean(cwd) }),
      request_id: this.#about.requestId,
      run_id: this.#claim.runId,
      created_at: this.#deps.runtime.now(),
    });
  }

  /** A secret may be taken apart by colours: text that has one is kept without them. */
  #clean(text: string): string {
    const plain = withoutLooks(text);
    const safe = this.#deps.redactor.redact(plain);
    return wellFormed(safe === plain ? text : safe);
  }

  /** Writes the step after all earlier ones. @throws AppError `conflict` when the claim is lost: nothing was written. */
  write(step: Omit<RunStep, 'log'>): Promise<void> {
    const next = this.#last.then(() => this.#writeNow(step));
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #writeNow(step: Omit<RunStep, 'log'>): Promise<void> {
    const log = this.#waiting;
    const amended = this.#amended;
    this.#waiting = [];
    this.#amended = {};
    const run = { ...amended, ...step.run };
    const whole = { ...step, log, ...(Object.keys(run).length > 0 ? { run } : {}) };
    const placed = await this.#deps.store.runs.advance(this.#claim, whole).catch((thrown: unknown) => {
      this.#waiting = [...log, ...this.#waiting];
      this.#amended = { ...amended, ...this.#amended };
      throw thrown;
    });
    if (placed === 'lost') {
      this.#about.onLost();
      throw new AppError('conflict', 'The run is held by another worker', { context: { runId: this.#claim.runId } });
    }
    await this.#deps.stream.publish(this.#about.requestId, placed);
  }
}

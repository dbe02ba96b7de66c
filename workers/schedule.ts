import { toAppError } from '#core/domain/errors.ts';
import type { CommandWords } from '#core/domain/command/command.ts';
import type { Provider } from '#core/domain/host/repo.ts';
import type { DeliveryLog } from '#core/ports/host/delivery-log.ts';
import type { JobQueue } from '#core/ports/job-queue.ts';
import type { Logger, Runtime } from '#core/ports/runtime.ts';
import type { Store } from '#core/ports/store.ts';
import type { Identity } from '#core/ports/host/vcs.ts';
import type { WordLog } from '#core/ports/host/word-log.ts';
import type { Workspaces } from '#core/ports/workspace.ts';
import { healDeliveries } from '#core/usecases/intake/heal-deliveries.ts';
import { hearUnheard } from '#core/usecases/intake/hear-unheard.ts';
import { relayOutbox } from '#core/usecases/intake/relay-outbox.ts';
import { forgetOld, type Keeping } from '#core/usecases/run/forget-old.ts';
import { createSweep } from '#core/usecases/run/sweep-runs.ts';
import { NOTE_EVERY_MS, noteWorkers, type AboutWorkers } from '#core/usecases/view/note-process.ts';

const SWEEP_EVERY_MS = 5_000;
const SWEEP_DOORS_EVERY_MS = 60_000;
const FORGET_EVERY_MS = 60_000;
/** How often a worker asks at most whether it is its turn to heal, which is one statement; `healEveryMs` is how often anybody heals. */
const HEAL_TURN_EVERY_MS = 15_000;

/** What happens by itself needs. `gateway` removes the sockets that dead processes left. */
interface ScheduleDeps {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly workspaces: Pick<Workspaces, 'reap'>;
  readonly gateway: { sweep(): Promise<number> };
  /** What hosts delivered and what is written there; each is looked through on its own. */
  readonly host: {
    readonly deliveryLogs: ReadonlyMap<Provider, DeliveryLog>;
    readonly wordLogs: ReadonlyMap<Provider, WordLog & Identity>;
  };
  readonly words: CommandWords;
  readonly healEveryMs: number;
  readonly keeping: Keeping;
  /** What this process says about itself, for people who look at the installation. */
  readonly about: AboutWorkers;
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/** Starts what happens by itself: relaying committed jobs, sweeping, forgetting, telling how we are (at once, then again and again). Ends when the signal aborts. */
export function startSchedule(deps: ScheduleDeps, signal: AbortSignal): Promise<unknown> {
  const everyMs = Math.min(HEAL_TURN_EVERY_MS, deps.healEveryMs);
  const healing = { ...deps, everyMs: deps.healEveryMs };
  return Promise.all([
    relayOutbox({ ...deps, outbox: deps.store.outbox }, signal),
    repeat(deps, { everyMs: SWEEP_EVERY_MS, work: createSweep(deps) }, signal),
    repeat(deps, { everyMs: SWEEP_DOORS_EVERY_MS, work: () => deps.gateway.sweep() }, signal),
    repeat(deps, { everyMs: FORGET_EVERY_MS, work: () => forgetOld(deps, deps.keeping, signal) }, signal),
    repeat(deps, { everyMs: NOTE_EVERY_MS, work: () => noteWorkers(deps, deps.about) }, signal),
    ...[...deps.host.deliveryLogs].map(([provider, host]) =>
      repeat(deps, { everyMs, work: () => healDeliveries({ ...healing, host }, provider) }, signal),
    ),
    ...[...deps.host.wordLogs].map(([provider, host]) =>
      repeat(deps, { everyMs, work: () => hearUnheard({ ...healing, host }, provider) }, signal),
    ),
  ]);
}

async function repeat(
  deps: ScheduleDeps,
  { everyMs, work }: { everyMs: number; work: () => Promise<unknown> },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await work().catch((thrown: unknown) =>
      deps.logger.warn({ err: toAppError(thrown, 'Sweeping') }, 'sweeping failed, trying on'),
    );
    await deps.runtime.wait(everyMs, signal);
  }
}

import type { ApiCall } from '../../contracts/api-call.ts';
import { readOutcome, type CallOutcome } from '../../domain/rules/call-outcome.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Inbox } from '../../ports/store.ts';

/** What placing calls needs. */
export interface PlaceCallDeps {
  readonly store: { readonly inbox: Pick<Inbox, 'record' | 'outcomeOf'> };
  readonly runtime: Runtime;
  /** How long a client is kept waiting for what becomes of a call; 10 s unless given. */
  readonly callWaitMs?: number;
}

const WAIT_MS = 10_000;
const LOOK_MS = 50;

/**
 * Puts a call on record for the workers, which hold what it takes to talk to hosts, and waits for what becomes of it. Undefined:
 * it is on record and will be done, but was not yet. A call of the same id that is on record already is not placed again.
 * @throws AppError `unavailable` when it is not on record.
 */
export async function placeCall(deps: PlaceCallDeps, call: ApiCall): Promise<CallOutcome | undefined> {
  const { inbox } = deps.store;
  const body = new TextEncoder().encode(JSON.stringify(call));
  const bodySha256 = deps.runtime.sha256(body);
  await inbox.record({ id: call.id, provider: 'api', guid: call.id, event: call.kind, bodySha256, body });
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const outcome = await inbox.outcomeOf(call.id);
    if (outcome !== undefined) return readOutcome(outcome);
    if (waitedMs >= (deps.callWaitMs ?? WAIT_MS)) return undefined;
    await deps.runtime.wait(LOOK_MS);
  }
}

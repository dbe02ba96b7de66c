import { AppError } from '../../domain/errors.ts';
import type { Provider } from '../../domain/host/repo.ts';
import type { DeliveryLog } from '../../ports/host/delivery-log.ts';
import type { Healing, HealingTries, HealingTurn, MissedDelivery, TurnDone } from '../../ports/healing.ts';
import type { Logger } from '../../ports/runtime.ts';

/** What healing needs. */
export interface HealDeliveriesDeps {
  readonly store: { readonly healing: Healing };
  readonly host: DeliveryLog;
  readonly logger: Logger;
  /** Between two looks of all workers together. */
  readonly everyMs: number;
}

/** Before the next look while there is more to ask for than one look may. */
const HEAL_ON_MS = 60_000;
/** Whoever died in a look is replaced after this. One that takes longer is joined by another, which costs questions only. */
const BUSY_MS = 3 * 60_000;
/** Before the next look after one that failed. */
const HEAL_AGAIN_MS = 30_000;
/** How far the first look of all goes back: what nobody answered before we were ever here is no command to us. */
const FIRST_WINDOW_MS = 60 * 60_000;
/** The host lists a delivery when it has given up on an answer (10 s), by its own clock. */
const LISTED_LATE_MS = 2 * 60_000;
/** 200,000 deliveries at a hundred a page. */
const PAGES_MAX = 2_000;

/** Twelve tries with waits from 2 minutes to 12 hours spread over 41 hours; GitHub forgets a delivery after three days. */
export const HEALING_TRIES: HealingTries = { triesMax: 12, waitMs: 2 * 60_000, longestMs: 12 * 60 * 60_000 };

/**
 * Compares what the host delivered since the last look with what arrived, and has it deliver again what did not: to be
 * called again and again, by any number of workers, of which one looks at a time. Doing it twice changes nothing, since a
 * repetition arrives under its old id, which is recorded once.
 * @throws AppError when the host does not give its list; the next look then begins where this one did.
 */
export async function healDeliveries(deps: HealDeliveriesDeps, provider: Provider): Promise<void> {
  const { healing } = deps.store;
  const turn = await healing.takeTurn(provider, BUSY_MS);
  if (turn === undefined) return;
  try {
    await healing.finishTurn(provider, await look(deps, provider, turn));
  } catch (thrown) {
    await healing.finishTurn(provider, { healedTo: undefined, dueInMs: HEAL_AGAIN_MS }).catch(() => undefined);
    throw thrown;
  }
}

async function look(deps: HealDeliveriesDeps, provider: Provider, turn: HealingTurn): Promise<TurnDone> {
  const { healing } = deps.store;
  const { at, healedTo } = turn;
  const since = healedTo ?? earlier(at, FIRST_WINDOW_MS);
  const { listed, missed, hindered } = await findUnanswered(deps, since);
  const noted = await healing.noteMissed(provider, missed);
  const due = await healing.takeDue(provider, { ...HEALING_TRIES, countMax: deps.host.redeliveriesMax });
  const asked = await askAgain(deps, due);
  const facts = { provider, since, listed, missed: noted, asked };
  if (noted + asked > 0) deps.logger.warn(facts, 'missed deliveries were asked for again');
  else deps.logger.debug(facts, 'no delivery was missed');
  // Said when it begins, not at every look: `status` goes on saying it.
  if (hindered !== undefined && hindered !== turn.hindered)
    deps.logger.error({ provider, hindered }, 'missed deliveries cannot all be found');
  const dueInMs = due.length < deps.host.redeliveriesMax ? deps.everyMs : HEAL_ON_MS;
  return {
    healedTo: listed === undefined ? undefined : earlier(at, LISTED_LATE_MS),
    dueInMs,
    hindered: hindered ?? null,
  };
}

interface Found {
  /** Undefined when the host gave no list at all. */
  readonly listed: number | undefined;
  readonly missed: readonly MissedDelivery[];
  readonly hindered: string | undefined;
}

/** Deliveries that no attempt brought an answer, each once. */
async function findUnanswered({ host, logger }: HealDeliveriesDeps, since: string): Promise<Found> {
  const answered = new Set<string>();
  const unanswered = new Map<string, MissedDelivery>();
  let listed = 0;
  let hindered: string | undefined;
  let cursor: string | undefined;
  const found = (): Found => ({
    listed: hindered !== undefined && listed === 0 ? undefined : listed,
    missed: [...unanswered.values()].filter(({ guid }) => !answered.has(guid)),
    hindered,
  });
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { deliveries, next, hindered: why } = await host.listDeliveries({ since, cursor });
    listed += deliveries.length;
    hindered ??= why;
    for (const { guid, externalId, deliveredAt, ok } of deliveries) {
      if (ok) answered.add(guid);
      else unanswered.set(guid, { guid, externalId, deliveredAt });
    }
    if (next === undefined) return found();
    cursor = next;
  }
  logger.error({ since, listed }, 'too many deliveries to look through, the oldest were not looked at');
  return found();
}

/** Stops where the host wants to be left alone: what was not asked for is due again later. Gives how many were asked for. */
async function askAgain({ host, logger }: HealDeliveriesDeps, due: readonly MissedDelivery[]): Promise<number> {
  let asked = 0;
  for (const { guid, externalId } of due) {
    try {
      await host.redeliver(externalId);
      asked += 1;
    } catch (thrown) {
      logger.warn({ guid, err: thrown }, 'a missed delivery could not be asked for');
      if (!(thrown instanceof AppError) || thrown.code === 'limited' || thrown.code === 'unavailable') return asked;
    }
  }
  return asked;
}

function earlier(time: string, ms: number): string {
  return new Date(Date.parse(time) - ms).toISOString();
}

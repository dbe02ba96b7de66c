import type { TokenUsage } from '#core/domain/run/run.ts';
import { openSpend, type CallBound, type Limit, type Spend, type SpendTerms } from './spend.ts';

/** Room in the budget for one call; it is kept until the call is settled. */
export interface Reservation {
  /** Counts what the call really used in the place of what was kept. Only the first time counts. */
  settle(used: TokenUsage): void;
}

/** Whether a call may go on, which limit stands in its way, or that its caller gave up. */
export type Admission =
  | { readonly kind: 'admitted'; readonly reservation: Reservation }
  | { readonly kind: 'exhausted'; readonly limit: Limit }
  | { readonly kind: 'left' };

/** Lets the calls of one run through while its budget lasts. */
export interface BudgetGate extends Pick<Spend, 'usage' | 'costUsd' | 'msLeft'> {
  /** Waits for room, in the order of asking, until the deadline at most. Never rejects. */
  admit(bound: CallBound, signal: AbortSignal): Promise<Admission>;
  /** The first limit that a call was turned away for; null while there is none. */
  exhausted(): Limit | null;
}

/** The longest delay a timer takes (2^31 − 1 ms). */
const TIMER_MS_MAX = 2_147_483_647;

interface Waiting {
  readonly bound: CallBound;
  answer(admission: Admission): void;
}

/**
 * Opens the gate of one run. A call goes at once while all that was spent, all that calls under way may still use and the
 * call's own bound fit the limits together. Else it waits until no other call is under way, and then goes if anything at
 * all is left. So the calls of a run overspend by less than one of them, however many come at once.
 */
export function createBudgetGate(terms: SpendTerms): BudgetGate {
  const spend = openSpend(terms);
  const queue: Waiting[] = [];
  let first: Limit | null = null;

  const reserve = (bound: CallBound): Reservation => {
    const room = spend.keep(bound);
    return {
      settle(used) {
        if (spend.settle(room, used)) serve();
      },
    };
  };
  const serve = (): void => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const limit = spend.reached();
      if (limit === null && spend.kept() > 0 && !spend.fits(next.bound)) return;
      queue.shift();
      if (limit !== null) first ??= limit;
      next.answer(
        limit === null ? { kind: 'admitted', reservation: reserve(next.bound) } : { kind: 'exhausted', limit },
      );
    }
  };
  return {
    usage: spend.usage,
    costUsd: spend.costUsd,
    msLeft: spend.msLeft,
    exhausted: () => first,
    admit: (bound, signal) => waitInLine({ queue, serve, msLeft: spend.msLeft }, bound, signal),
  };
}

interface Line {
  readonly queue: Waiting[];
  serve(): void;
  msLeft(): number;
}

/** The timer is for the deadline: whoever waits then is served, with a no. */
function waitInLine({ queue, serve, msLeft }: Line, bound: CallBound, signal: AbortSignal): Promise<Admission> {
  return new Promise((resolve) => {
    const leave = (): void => {
      const at = queue.indexOf(waiting);
      if (at !== -1) queue.splice(at, 1);
      waiting.answer({ kind: 'left' });
      serve();
    };
    const timer = setTimeout(serve, Math.min(Math.max(msLeft(), 0) + 1, TIMER_MS_MAX));
    const waiting: Waiting = {
      bound,
      answer(admission) {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        resolve(admission);
      },
    };
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave);
    queue.push(waiting);
    serve();
  });
}

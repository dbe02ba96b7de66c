import type { Provider } from '../domain/host/repo.ts';

/*
 * What is known about deliveries that the host made and that never reached us. Each method is one transaction, as in
 * store.ts. Times are ISO 8601 UTC, by the database's clock unless they are the host's.
 */

/** One turn of looking: when it began, and up to when was looked before (undefined: never). */
export interface HealingTurn {
  readonly at: string;
  readonly healedTo: string | undefined;
  /** What kept the last turn from seeing all. */
  readonly hindered: string | undefined;
}

/** A delivery that the host says never reached us. */
export interface MissedDelivery {
  readonly guid: string;
  readonly externalId: string;
  /** By the host's clock. */
  readonly deliveredAt: string;
}

/** Up to when was compared (undefined: not to the end), and when it is somebody's turn again. */
export interface TurnDone {
  readonly healedTo: string | undefined;
  readonly dueInMs: number;
  /** Why the host's list is not read, or not all of it; absent: as it was. */
  readonly hindered?: string | null;
}

/** How far healing has come, of what was found missing within a week. */
export interface HealingStanding {
  /** Undefined when nothing was ever compared. */
  readonly healedTo: string | undefined;
  /** Why the host's list is not read, or not all of it. */
  readonly hindered: string | undefined;
  /** Found missing within the last 24 hours, and here by now. */
  readonly recovered: number;
  /** Asked for, or about to be, and not here yet. */
  readonly pending: number;
  /** Asked for as often as is sensible, without success. */
  readonly lost: number;
}

/** When a missed delivery is asked for: the first time at once, then after `waitMs` doubled by each try up to `longestMs`. */
export interface HealingTries {
  readonly triesMax: number;
  readonly waitMs: number;
  readonly longestMs: number;
}

/** The record of healing. */
export interface Healing {
  /** Takes the turn when it is due, for one worker of any number; the next is due after `busyMs` unless {@link finishTurn} says otherwise. */
  takeTurn(provider: Provider, busyMs: number): Promise<HealingTurn | undefined>;
  /** Everything before `healedTo` was compared (an earlier time than on record, or none, changes nothing); the next turn is due after `dueInMs`. */
  finishTurn(provider: Provider, done: TurnDone): Promise<void>;
  /** Notes those that are neither on record in the inbox nor noted already; gives how many that were. */
  noteMissed(provider: Provider, missed: readonly MissedDelivery[]): Promise<number>;
  /** Missed ones that are due and still not here, oldest first; each counts as tried from now on. */
  takeDue(provider: Provider, tries: HealingTries & { readonly countMax: number }): Promise<readonly MissedDelivery[]>;
  /** Undefined when nothing was ever compared, and nothing hinders it. */
  standing(provider: Provider, triesMax: number): Promise<HealingStanding | undefined>;
}

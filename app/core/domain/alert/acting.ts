import type { Alert } from './alert.ts';
import type { Failure } from './failure.ts';

/** What is done about an alert: it is kept, or a change is proposed once a person has agreed to the plan, or made at once. */
export type Act = 'record' | 'propose' | 'fix';

/** From when on a source's alerts are acted upon; an absent bound lets everything through. */
export interface Thresholds {
  readonly levels?: readonly string[] | undefined;
  readonly environments?: readonly string[] | undefined;
  readonly events?: number | undefined;
  readonly users?: number | undefined;
}

/** How many causes within how many minutes are a storm, in which nothing is fixed any more without a person. */
export interface StormBound {
  readonly incidents: number;
  readonly minutes: number;
}

/** What to do, with the reason when it is less than was configured. */
export interface Decision {
  readonly act: Act;
  readonly reason: string | null;
}

/**
 * What is to be done about an alert. Too few or unfit ones are only kept; what the tracker did not count counts as nothing, so
 * that a bound nobody can see met is not. In a storm a person decides.
 */
export function decide(
  rules: { readonly act: Act; readonly when: Thresholds; readonly storm: StormBound },
  about: {
    readonly alert: Pick<Alert, 'level' | 'environment'>;
    readonly failure: Pick<Failure, 'events' | 'users' | 'environment'> | null;
    /** Causes that became incidents within the minutes of `storm`, this one included. */
    readonly recent: number;
  },
): Decision {
  if (rules.act === 'record') return { act: 'record', reason: null };
  const lacking = lackOf(rules.when, about);
  if (lacking !== undefined) return { act: 'record', reason: lacking };
  const { incidents, minutes } = rules.storm;
  if (about.recent > incidents)
    return { act: 'record', reason: `more than ${incidents} causes within ${minutes} minutes are a storm` };
  return { act: rules.act, reason: null };
}

function lackOf(when: Thresholds, { alert, failure }: Parameters<typeof decide>[1]): string | undefined {
  const environment = failure?.environment ?? alert.environment;
  if (!isAmong(when.levels, alert.level)) return `its level is ${alert.level ?? 'not told'}`;
  if (!isAmong(when.environments, environment)) return `its environment is ${environment ?? 'not told'}`;
  const few = ([what, least, counted]: readonly [string, number | undefined, number | null | undefined]) =>
    least !== undefined && (counted ?? 0) < least ? `${counted ?? 0} ${what} are fewer than ${least}` : undefined;
  return few(['events', when.events, failure?.events]) ?? few(['users', when.users, failure?.users]);
}

function isAmong(words: readonly string[] | undefined, word: string | null): boolean {
  return words === undefined || (word !== null && words.includes(word));
}

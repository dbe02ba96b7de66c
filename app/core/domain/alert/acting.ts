import type { Alert } from './alert.ts';
import type { Failure } from './failure.ts';

/** What is done about an alert: it is kept, or a change is proposed once a person has agreed to the plan, or made at once. */
export const ACTS = ['record', 'propose', 'fix'] as const;
export type Act = (typeof ACTS)[number];

/** From when on alerts of a source are acted upon; an absent bound lets everything through. */
export interface Thresholds {
  readonly levels?: readonly string[] | undefined;
  readonly environments?: readonly string[] | undefined;
  readonly events?: number | undefined;
  readonly users?: number | undefined;
}

/** So many requests within so many minutes are the most; what goes beyond is a storm, in which nothing is begun any more. */
export interface StormBound {
  readonly requests: number;
  readonly minutes: number;
}

/** What to do, with the reason when it is less than was configured. */
export interface Decision {
  readonly act: Act;
  readonly reason: string | null;
}

/**
 * What is to be done about an alert. Too few or unfit ones are only kept; what the tracker did not count counts as nothing, so
 * that a bound nobody can see met is not.
 */
export function decide(
  rules: { readonly act: Act; readonly when: Thresholds },
  about: {
    readonly alert: Pick<Alert, 'level' | 'environment'>;
    readonly failure: Pick<Failure, 'events' | 'users' | 'environment'> | null;
  },
): Decision {
  if (rules.act === 'record') return { act: 'record', reason: 'its source is only recorded' };
  const lacking = lackOf(rules.when, about);
  return lacking === undefined ? { act: rules.act, reason: null } : { act: 'record', reason: lacking };
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

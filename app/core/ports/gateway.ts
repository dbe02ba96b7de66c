import type { RunBudget } from '../domain/run/budget.ts';
import type { TokenUsage } from '../domain/run/run.ts';
import type { GuestDoors } from './provisioner.ts';

/** Something a workspace tried and was not let; `what` is a host with its port and, in brackets, why, or what was wrong with a model call. */
export interface Refusal {
  readonly door: 'model' | 'egress';
  readonly what: string;
}

/** What a run may do at its doors. */
export interface DoorTerms {
  readonly kind: GuestDoors['kind'];
  readonly budget: RunBudget;
  /** Models that may be asked; anything else is refused. */
  readonly models: readonly string[];
  /** Hosts the egress proxy connects to, as the repository's configuration names them; empty: none. */
  readonly egress: readonly string[];
  /** Called for each refusal, as it happens. Must not throw. */
  readonly onRefused: (refusal: Refusal) => void;
}

/** A run's own doors to the model and to allowed hosts; disposing closes them and cuts what is under way. */
export interface RunDoors extends AsyncDisposable {
  /** What a guest needs to find them. */
  readonly doors: GuestDoors;
  /** Tokens used so far. */
  usage(): TokenUsage;
  /** US dollars spent so far; null when the price of a model that was used is not known. */
  costUsd(): number | null;
  /** The limit that a call was refused for; null while there is none. Throws AppError `unavailable` when the doors were lost. */
  exhausted(): 'tokens' | 'cost' | 'deadline' | null;
}

/** All that a workspace may reach. The doors name the run. Throws AppError `unavailable` when the proxy does not answer. */
export interface Gateway {
  open(run: { runId: string; epoch: number }, terms: DoorTerms): Promise<RunDoors>;
}

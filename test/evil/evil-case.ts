import type { Outcome } from '../flow/ask.ts';
import type { World } from '../flow/world.ts';
import type { Scenario } from '../fakes/model/scenario.ts';

/** How the check run of a request may end. */
type Conclusion = 'success' | 'neutral' | 'failure' | 'timed_out' | 'cancelled';

/** A model that was turned against its users, the words that call it, and what must come of it. */
export interface EvilCase {
  /** In the words of the asker; also chooses the scenario. */
  readonly words: string;
  /** What is attempted, as the name of the test. */
  readonly attempt: string;
  readonly steps: Scenario['steps'];
  /** The one clear outcome; several where the kernel decides which limit is met first. */
  readonly ends: readonly Conclusion[];
  /** Must be in the progress comment. */
  readonly says?: RegExp;
  /** Must not be anywhere that people see, nor in what went to the model. */
  readonly never?: RegExp;
  /** Whether a pull request may come of it. */
  readonly opensPull?: boolean;
  /** Done while the agent works. */
  readonly meanwhile?: (world: World, issue: number) => Promise<void>;
  /** More that must hold. Throws when it does not. */
  readonly holds?: (world: World, outcome: Outcome) => void | Promise<void>;
}

/** What the attacker knows of the machine it runs on. */
export interface Targets {
  /** `host:port` of real servers of this machine that answer when asked from outside a workspace. */
  readonly servers: readonly string[];
  /** A path on the host that only code running there could make. */
  readonly hostFile: string;
}

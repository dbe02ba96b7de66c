import type { Scenario } from '../../fakes/model/scenario.ts';

/** What a flow may choose about its host. */
export interface HostOptions {
  readonly scenario: Scenario | readonly Scenario[];
  /** What the repository begins with; the demo's files unless set. */
  readonly files?: Readonly<Record<string, string>>;
  /** The repository's configuration, at the host's own path. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
}

import type { ContainerCreateOptions } from 'dockerode';

/** The part of a container's description that is about the machine it runs on. */
export type HostConfig = NonNullable<ContainerCreateOptions['HostConfig']>;
/** Fields to replace; undefined takes one away. Some are unknown to the client's types. */
export type HostConfigChange = Readonly<Record<string, unknown>>;

/** One weakness that a container could have by mistake. */
export interface Mutant {
  readonly id: string;
  /** What replaces fields of the host part; undefined takes a field away. */
  readonly host?: (config: HostConfig) => HostConfigChange;
  readonly container?: HostConfigChange;
  /** Checks of which at least one must now be reached. */
  readonly checks: readonly string[];
  /** Whether looking inside before the agent starts must find it as well. */
  readonly seenInside: boolean;
}

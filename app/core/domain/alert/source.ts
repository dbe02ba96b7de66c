import type { Alert, Tracker } from './alert.ts';
import type { PathMapping } from './path-map.ts';

/** Hosts with issues, in which people decide what becomes of an alert. */
export const TRACKING_HOSTS = ['github', 'gitlab'] as const;

/** What becomes of an issue at its tracker once it is mended. */
export const RESOLUTIONS = ['next-release', 'off'] as const;

/** Where errors of a watched project are mended. */
export interface WatchedProject {
  /** The tracker's name, slug or number of it. */
  readonly project: string;
  readonly provider: (typeof TRACKING_HOSTS)[number];
  /** `owner/name` on the host. */
  readonly repository: string;
  /** How paths in its stacks become paths of the repository. */
  readonly paths: readonly PathMapping[];
}

/** One organization of one error tracker, as configured. Its id is a part of the address that its webhooks go to. */
export interface AlertSource {
  readonly id: string;
  readonly tracker: Tracker;
  readonly url: string;
  readonly organization: string;
  readonly tenant: string;
  readonly projects: readonly WatchedProject[];
  /** Ids of the channels whose people are told of its incidents. */
  readonly tell: readonly string[];
  /** Whether an issue that was mended is resolved there: where the tracker can, as of the next release. */
  readonly resolve: (typeof RESOLUTIONS)[number];
}

/** The watched project that an alert is about; undefined when none is configured. Names are compared whatever their case. */
export function projectOf(source: AlertSource, { projects }: Pick<Alert, 'projects'>): WatchedProject | undefined {
  const told = new Set(projects.map((name) => name.toLowerCase()));
  return source.projects.find(({ project }) => told.has(project.toLowerCase()));
}

import type { Act, StormBound, Thresholds } from './acting.ts';
import type { Alert, Tracker } from './alert.ts';
import { ownFrames, type Failure } from './failure.ts';
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
  /** Branch on which it is mended; undefined: the default branch. */
  readonly base?: string | undefined;
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
  readonly act: Act;
  readonly when: Thresholds;
  readonly storm: StormBound;
  readonly projects: readonly WatchedProject[];
  /** Ids of the channels whose people are told of its incidents. */
  readonly tell: readonly string[];
  /** Whether an issue that was mended is resolved there: where the tracker can, as of the next release. */
  readonly resolve: (typeof RESOLUTIONS)[number];
}

/**
 * The watched project that an alert is about; undefined when none is configured. Names are compared whatever their case. Of several
 * with that name, whose code is in different repositories, it is the one that a path in the innermost own frame begins for.
 */
export function projectOf(
  source: Pick<AlertSource, 'projects'>,
  { projects }: Pick<Alert, 'projects'>,
  failure: Pick<Failure, 'errors'> | null,
): WatchedProject | undefined {
  const told = new Set(projects.map((name) => name.toLowerCase()));
  const named = source.projects.filter(({ project }) => told.has(project.toLowerCase()));
  const files = failure === null ? [] : ownFrames(failure).map(({ file }) => file.replaceAll('\\', '/'));
  for (const file of files) {
    const fitting = named.map((one) => ({ one, length: longestPrefix(one, file) }));
    const [best] = fitting.filter(({ length }) => length > 0).toSorted((a, b) => b.length - a.length);
    if (best !== undefined) return best.one;
  }
  return named[0];
}

function longestPrefix({ paths }: WatchedProject, file: string): number {
  return Math.max(0, ...paths.filter(({ from }) => file.startsWith(from)).map(({ from }) => from.length));
}

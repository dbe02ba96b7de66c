/** A line of source around where a program failed. `line` counts from 1. */
export interface SourceLine {
  readonly line: number;
  readonly text: string;
}

/** One place in a stack. */
export interface Frame {
  /** Path as the tracker tells it: of the machine on which the program ran, or within its repository. */
  readonly file: string;
  readonly function: string | null;
  /** From 1 on; null where the tracker does not know. */
  readonly line: number | null;
  /** Whether it is the program's own code and no library's. */
  readonly inApp: boolean;
  /** Lines around it, in order; often none. */
  readonly context: readonly SourceLine[];
}

/** An error with its stack, oldest call first as trackers list it. */
export interface FailedWith {
  readonly type: string;
  readonly value: string;
  readonly frames: readonly Frame[];
}

/** Something that happened before. `at` is ISO 8601 UTC, as the tracker tells it; null where it does not. */
export interface Breadcrumb {
  readonly at: string | null;
  readonly category: string;
  readonly message: string;
}

/**
 * What is known of an issue of a tracker: its newest event, how often and since when. Everything in it was written by whoever
 * could make the watched program fail. What the tracker did not tell is null or empty.
 */
export interface Failure {
  readonly eventId: string | null;
  readonly errors: readonly FailedWith[];
  readonly breadcrumbs: readonly Breadcrumb[];
  readonly request: { readonly method: string; readonly url: string } | null;
  readonly tags: readonly (readonly [name: string, value: string])[];
  readonly release: string | null;
  readonly environment: string | null;
  /** Events and people counted by the tracker. */
  readonly events: number | null;
  readonly users: number | null;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/** The frames of the program's own code, innermost first: of the error that was thrown last, or else of one that has any. */
export function ownFrames({ errors }: Pick<Failure, 'errors'>): readonly Frame[] {
  for (const { frames } of errors.toReversed()) {
    const own = frames.filter(({ inApp }) => inApp);
    if (own.length > 0) return own.toReversed();
  }
  return [];
}

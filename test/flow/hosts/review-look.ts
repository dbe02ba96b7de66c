import type { Place } from './said.ts';

/** A comment of ours on lines of a change's diff. */
export interface Remark {
  readonly id: number;
  readonly path: string;
  readonly side: 'left' | 'right';
  readonly firstLine: number;
  readonly line: number;
  /** With its severity. */
  readonly title: string;
  /** The code to apply in place of just these lines. */
  readonly offered: string | undefined;
  readonly isResolved: boolean;
}

/** What we say about a change as a whole. On GitLab that is a comment, which approves and refuses nothing. */
export interface Review {
  readonly text: string;
  readonly state: 'commented' | 'approved' | 'changes_requested';
}

/** What everybody can see of our reviews just now, oldest first. */
export interface ReviewLook {
  remarks(place: Place): readonly Remark[];
  reviews(place: Place): readonly Review[];
}

/** Severity and title of a finding, as its comment shows it; empty when it shows none. */
export function titleIn(body: string): string {
  return /\*\*\w+:\*\* (.*)/.exec(body)?.[0] ?? '';
}

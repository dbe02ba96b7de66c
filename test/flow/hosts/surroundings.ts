import type { Place, Said } from './said.ts';

/** What people, and the CI they have, put around a conversation. `by` is who does it, `ada` unless named. */
export interface Surroundings {
  /** Puts a picture where the editor of the host puts it; gives the address to write into a text. */
  attach(picture: Uint8Array): string;
  /** Relates two issues: by a link, on GitHub, which has none, by naming the other one in the description. */
  relate(issue: Place, to: Place, by?: string): Promise<void>;
  /** Gives an issue or a change another description. */
  describe(place: Place, body: string, by?: string): Promise<void>;
  /** Puts a thumb on a comment. GitHub calls no webhook for it. */
  thumbUp(said: Said, by?: string): Promise<void>;
  /** Resolves the discussion that this comment on a line began. */
  resolve(opening: Pick<Said, 'id'>, by?: string): void;
  /** Somebody reviews a change with words about it as a whole; on GitLab they are a comment. */
  review(place: Place, body: string, by?: string): Promise<Said>;
  /** A job of the repository's own CI fails on the head of a branch. */
  failJob(act: { branch: string; sha: string; name: string; log: string }): Promise<void>;
  /** A change from a fork of the repository that `by` has. `sha` is its head. */
  openChangeFromFork(act: {
    by: string;
    head: string;
    files: Readonly<Record<string, string>>;
  }): Promise<Said & { readonly sha: string }>;
}

import { asSeen } from '../text/invisible.ts';

/** A commit that may have brought a failure. `at` is ISO 8601 UTC. */
export interface Suspect {
  readonly sha: string;
  readonly at: string;
  /** First line of what it says. */
  readonly subject: string;
}

/** Of a commit, as people write it. */
const SHA_CHARS = 12;
const SUBJECT_CHARS_MAX = 200;
const DAY_CHARS = 'yyyy-mm-dd'.length;

/**
 * What an agent is told of the commits that last changed the places at which a program fails, newest first; nothing without any.
 * What they say was written by people and is data like the rest.
 */
export function suspectText(suspects: readonly Suspect[]): string {
  const lines = suspects.map(({ sha, at, subject }) => {
    const words = asSeen(subject)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, SUBJECT_CHARS_MAX);
    return `- ${sha.slice(0, SHA_CHARS)} ${at.slice(0, DAY_CHARS)} ${words}`;
  });
  return lines.length === 0 ? '' : `Commits that last changed these places, newest first:\n${lines.join('\n')}`;
}

import type { NoteRecord, StatusRecord } from '../fakes/gitlab/records.ts';
import { ourNotes, progressNote, say } from './gitlab-talk.ts';
import type { GitLabFlow } from './gitlab-world.ts';
import { until } from './world.ts';

/** How a review of a commit ended, as everybody sees it. */
export interface Verdict {
  readonly conclusion: 'success' | 'failure';
  readonly title: string;
}

const CONCLUSIONS: Readonly<Record<string, Verdict['conclusion']>> = { success: 'success', failed: 'failure' };

/** The merge request of that number as a place to talk in. */
export function changeNumbered(number: number) {
  return { kind: 'merge_request', number } as const;
}

/** Somebody asks for a review. */
export function askForReview(flow: GitLabFlow, number: number, by = 'ada'): Promise<NoteRecord> {
  return say(flow, changeNumbered(number), { by, body: '@astraforge review' });
}

/** The verdicts on a commit once there are so many, oldest first. */
export async function verdictsOn(flow: GitLabFlow, sha: string, count = 1): Promise<readonly Verdict[]> {
  const ours = ({ author, name }: StatusRecord): boolean => author.id === flow.gitlab.bot.id && name === 'astraforge';
  const done = (): Verdict[] =>
    flow.gitlab.statuses(flow.repository, sha).flatMap((status) => {
      const conclusion = ours(status) ? CONCLUSIONS[status.state] : undefined;
      return conclusion === undefined ? [] : [{ conclusion, title: status.description ?? '' }];
    });
  await until(`${count} verdicts on ${sha}`, () => done().length >= count, 120_000);
  return done();
}

/** Comments of ours on lines: path, side, first and last line, the title, and whether the discussion is resolved. */
export function onLines(flow: GitLabFlow, number: number) {
  return remarks(flow, number).map(({ position, body, resolvedBy }) => {
    const { new_path: path, old_line: old, new_line: now, line_range: range } = position ?? {};
    const isLeft = (now ?? undefined) === undefined;
    const line = isLeft ? old : now;
    const first = isLeft ? range?.start?.old_line : range?.start?.new_line;
    const title = /\*\*\w+:\*\* (.*)/.exec(body)?.[0] ?? '';
    return [path, isLeft ? 'LEFT' : 'RIGHT', first ?? line, line, title, resolvedBy !== undefined];
  });
}

/** The same as they are written, oldest first. */
export function remarks({ gitlab, repository }: GitLabFlow, number: number): readonly NoteRecord[] {
  return gitlab.reviewComments(repository, number).filter(({ author }) => author.id === gitlab.bot.id);
}

/** The texts of our reviews, oldest first. */
export function summaries(flow: GitLabFlow, number: number): readonly string[] {
  return ourNotes(flow, changeNumbered(number)).flatMap(({ body }) =>
    body.includes('astraforge:review:') ? [body] : [],
  );
}

/** Our progress notes there, oldest first. */
export function progressNotes(flow: GitLabFlow, number: number): readonly NoteRecord[] {
  return ourNotes(flow, changeNumbered(number)).filter(({ body }) => body.includes('astraforge:comment:'));
}

/** The newest progress note there once it tells that the review is over. */
export function toldReview(flow: GitLabFlow, number: number): Promise<NoteRecord> {
  return progressNote(flow, changeNumbered(number), /\*\*Reviewed\*\*/);
}

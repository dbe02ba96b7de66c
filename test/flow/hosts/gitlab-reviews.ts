import type { NoteRecord } from '../../fakes/gitlab/records.ts';
import type { GitLabFlow } from '../gitlab-world.ts';
import { titleIn, type Remark, type ReviewLook } from './review-look.ts';

/** Our reviews on GitLab. */
export function gitLabReviews({ gitlab, repository }: GitLabFlow): ReviewLook {
  const isOurs = ({ author }: NoteRecord) => author.id === gitlab.bot.id;
  return {
    remarks: ({ number }) => gitlab.reviewComments(repository, number).filter(isOurs).map(toRemark),
    reviews: ({ number }) =>
      gitlab
        .comments(repository, number, 'merge_request')
        .filter((note) => isOurs(note) && note.body.includes('astraforge:review:'))
        .map(({ body }) => ({ text: body, state: 'commented' })),
  };
}

function toRemark({ id, position, body, resolvedBy }: NoteRecord): Remark {
  const { new_path: path = '', old_line: old, new_line: now, line_range: range } = position ?? {};
  const isLeft = (now ?? undefined) === undefined;
  const line = (isLeft ? old : now) ?? 0;
  const firstLine = (isLeft ? range?.start?.old_line : range?.start?.new_line) ?? line;
  const [, above, offered] = /^```suggestion:-(\d+)\+0\n([^]*?)\n```$/m.exec(body) ?? [];
  return {
    ...{ id, path, line, side: isLeft ? 'left' : 'right', firstLine },
    ...{ title: titleIn(body), isResolved: resolvedBy !== undefined },
    offered: Number(above) === line - firstLine ? offered : undefined,
  };
}

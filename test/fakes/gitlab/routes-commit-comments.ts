import { z } from 'zod';
import { hasCommit } from '../git-host/git-questions.ts';
import { notFound } from './failure.ts';
import { PageInput, paginate } from './paginate.ts';
import type { ProjectRecord } from './records.ts';
import { isoTime, renderUser } from './render-user.ts';
import { projectRoute, type Route } from './route.ts';
import { Time, UserBasic } from './shapes-user.ts';
import type { World } from './world.ts';

const PATH = '/projects/:id/repository/commits/:sha/comments';

const CommitComment = z.strictObject({
  note: z.string(),
  path: z.string().nullable(),
  line: z.number().nullable(),
  line_type: z.enum(['new', 'old']).nullable(),
  author: UserBasic,
  created_at: Time,
});
const NewComment = z.strictObject({ note: z.string().min(1) });

/** Comments on whole commits; those at a line are not modelled: https://docs.gitlab.com/api/commits/#post-comment-to-commit */
export const commitCommentRoutes: readonly Route[] = [
  projectRoute(
    `GET ${PATH}`,
    { need: 'code', input: z.strictObject(PageInput), answer: z.array(CommitComment) },
    async (call) => {
      const { world, project, params, input } = call;
      const sha = params['sha'] ?? '';
      if (!(await hasCommit(project.directory, sha))) throw notFound('Commit');
      const { page, headers } = paginate(
        call,
        input,
        project.commitComments.filter((one) => one.sha === sha),
      );
      return { status: 200, body: page.map((one) => render(world, one)), headers };
    },
  ),
  projectRoute(`POST ${PATH}`, { need: 'code', input: NewComment, answer: CommitComment }, async (call) => {
    const { world, project, params, input, user } = call;
    const sha = params['sha'] ?? '';
    if (!(await hasCommit(project.directory, sha))) throw notFound('Commit');
    const comment = { id: world.nextId(), sha, author: user, note: input.note, createdAt: world.now() };
    project.commitComments.push(comment);
    return { status: 201, body: render(world, comment), wrote: { kind: 'comment.create', id: sha } };
  }),
];

function render(world: World, { note, author, createdAt }: ProjectRecord['commitComments'][number]) {
  return {
    note,
    path: null,
    line: null,
    line_type: null,
    author: renderUser(world, author),
    created_at: isoTime(createdAt),
  };
}

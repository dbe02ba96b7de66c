import type { GitLabFlow } from '../gitlab-world.ts';
import { on } from './gitlab-people.ts';
import type { Surroundings } from './surroundings.ts';
import { toldBy } from './told.ts';

/** What people and their CI put around a conversation on GitLab. */
export function gitLabSurroundings({ gitlab, repository }: GitLabFlow): Surroundings {
  const at = (by = 'ada') => ({ repository, by });
  const told = toldBy(gitlab);
  return {
    attach: (bytes) => gitlab.attach({ repository, bytes }),
    async describe(place, body, by) {
      told((await gitlab.editIssue({ ...at(by), ...on(place), body })).delivery);
    },
    relate: async ({ number }, to, by) => gitlab.linkIssues({ ...at(by), number, to: to.number }),
    async thumbUp({ id: commentId }, by) {
      told((await gitlab.react({ ...at(by), commentId, content: 'thumbsup' })).delivery);
    },
    resolve: ({ id: commentId }, by) => gitlab.resolveThread({ ...at(by), commentId }),
    async review(place, body, by) {
      const { comment, delivery } = await gitlab.comment({ ...at(by), ...on(place), body });
      return { place, id: comment.id, isOnLine: false, ...told(delivery) };
    },
    async failJob({ branch: ref, sha, name, log }) {
      await gitlab.runPipeline({ ...at(), ref, sha, jobs: [{ name, status: 'failed', log }] });
    },
    async openChangeFromFork({ by, head, files }) {
      const fork = await gitlab.forkRepository({ repository, owner: by });
      const sha = await gitlab.commit({ repository: fork, branch: head, files, by });
      const { issue, delivery } = await gitlab.openPullRequest({ ...at(by), title: head, head, fork });
      const place = { kind: 'pull', number: issue.number } as const;
      return { place, id: issue.id, isOnLine: false, sha, ...told(delivery) };
    },
  };
}

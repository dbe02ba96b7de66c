import type { World } from '../world.ts';
import type { Surroundings } from './surroundings.ts';
import { toldBy } from './told.ts';

/** What people and their CI put around a conversation on GitHub. */
export function gitHubSurroundings({ github, repository }: World): Surroundings {
  const at = (by = 'ada') => ({ repository, by });
  const told = toldBy(github);
  const describe: Surroundings['describe'] = async ({ number }, body, by) =>
    void told((await github.editIssue({ ...at(by), number, body })).delivery);
  return {
    attach: (bytes) => github.attach({ bytes }),
    describe,
    relate: (issue, to, by) =>
      describe(issue, `${github.issue(repository, issue.number).body}\n\nRelated: #${to.number}`, by),
    thumbUp: async ({ id: commentId }, by) => github.react({ ...at(by), commentId, content: '+1' }),
    resolve: ({ id: commentId }, by) => github.resolveDiscussion({ ...at(by), commentId }),
    async review(place, body, by) {
      const { review, delivery } = await github.submitReview({ ...at(by), number: place.number, body });
      return { place, id: review.id, isOnLine: false, ...told(delivery) };
    },
    failJob: async ({ sha, name, log }) => void github.endJob({ repository, sha, name, log }),
    async openChangeFromFork({ by, head, files }) {
      const fork = await github.forkRepository({ repository, owner: by });
      const sha = await github.commit({ repository: fork, branch: head, files, by });
      const { issue, delivery } = await github.openPullRequest({ ...at(by), title: head, head, fork });
      const place = { kind: 'pull', number: issue.number } as const;
      return { place, id: issue.id, isOnLine: false, sha, ...told(delivery) };
    },
  };
}

import { z } from 'zod';
import { hasPermission, reaches } from './caller.ts';
import { GraphqlRefusal, type GraphqlOperation } from './graphql-operation.ts';
import { isPull } from './render-pull.ts';
import { nodeId } from './render-user.ts';

const READY = `mutation MarkReady($pullRequestId: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $pullRequestId }) { pullRequest { id isDraft } }
}`;

const PullId = z.object({ pullRequestId: z.string() });

/** Ends that a pull request is a draft; as an App that takes what pushing takes (https://github.com/orgs/community/discussions/70061). */
export const draftOperations: readonly GraphqlOperation[] = [
  {
    document: READY,
    wrote: 'pull.update',
    async answer(world, token, variables) {
      const { pullRequestId } = PullId.parse(variables);
      for (const repository of world.repositories.values()) {
        for (const issue of repository.issues.values()) {
          if (!isPull(issue) || nodeId('PR', issue.pull.id) !== pullRequestId || !reaches(token, repository)) continue;
          if (!hasPermission(token, 'pull_requests:write') || !hasPermission(token, 'contents:write'))
            throw new GraphqlRefusal('FORBIDDEN', 'Resource not accessible by integration');
          issue.pull.draft = false;
          const pullRequest = { id: pullRequestId, isDraft: false };
          return { data: { markPullRequestReadyForReview: { pullRequest } }, id: issue.number };
        }
      }
      throw new GraphqlRefusal('NOT_FOUND', `Could not resolve to a node with the global id of '${pullRequestId}'`);
    },
  },
];

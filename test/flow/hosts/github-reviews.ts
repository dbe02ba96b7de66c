import type { ReviewCommentRecord } from '../../fakes/github/records.ts';
import type { World } from '../world.ts';
import { titleIn, type Remark, type ReviewLook } from './review-look.ts';

/** Our reviews on GitHub. */
export function gitHubReviews({ github, repository }: World): ReviewLook {
  return {
    remarks: ({ number }) =>
      github
        .reviewComments(repository, number)
        .filter(({ viaApp }) => viaApp)
        .map(toRemark),
    reviews: ({ number }) =>
      github
        .issue(repository, number)
        .reviews.filter(({ author }) => author.id === github.app.botUser.id)
        .map(({ body, state }) => ({ text: body, state })),
  };
}

function toRemark({ id, path, side, startLine, line, body, resolved }: ReviewCommentRecord): Remark {
  return {
    ...{ id, path, line, side: side === 'LEFT' ? 'left' : 'right', firstLine: startLine ?? line },
    ...{ title: titleIn(body), isResolved: resolved },
    offered: /^```suggestion\n([^]*?)\n```$/m.exec(body)?.[1],
  };
}

import type { ReviewAnswer } from '#core/contracts/review-answer.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';

type Finding = ReviewAnswer['findings'][number];

/** A finding on the new side, on one line, without a suggestion, when nothing else is said. */
export function finding(said: Pick<Finding, 'path' | 'line' | 'severity' | 'title'> & Partial<Finding>): Finding {
  return { side: 'right', start_line: null, body: `About ${said.title}.`, suggestion: null, ...said };
}

/** A reviewer that looks, leaves a file behind that nobody wants, and answers. */
export function reviewer(...findings: readonly Finding[]): Scenario {
  return reviewerAfter('echo scribble > scribble.txt && git log -1 --format=%H', ...findings);
}

/** A reviewer that runs a command before it answers. */
export function reviewerAfter(command: string, ...findings: readonly Finding[]): Scenario {
  const answer: ReviewAnswer = { summary: 'It caps durations.', verdict: 'comment', findings: [...findings] };
  return {
    name: 'reviewer',
    when: /a reviewer of code/,
    steps: [{ items: [shell(command)] }, { items: [say(JSON.stringify(answer))] }],
  };
}

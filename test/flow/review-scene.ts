import type { ReviewAnswer } from '#core/contracts/review-answer.ts';
import type { CheckRunRecord } from '../fakes/github/records.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { until, type World } from './world.ts';

type Finding = ReviewAnswer['findings'][number];

/** A finding on the new side, on one line, without a suggestion, when nothing else is said. */
export function finding(said: Pick<Finding, 'path' | 'line' | 'severity' | 'title'> & Partial<Finding>): Finding {
  return { side: 'right', start_line: null, body: `About ${said.title}.`, suggestion: null, ...said };
}

/** A reviewer that looks, leaves a file behind that nobody wants, and answers. */
export function reviewer(...findings: readonly Finding[]): Scenario {
  const answer: ReviewAnswer = { summary: 'It caps durations.', verdict: 'comment', findings: [...findings] };
  return {
    name: 'reviewer',
    when: /a reviewer of code/,
    steps: [
      { items: [shell('echo scribble > scribble.txt && git log -1 --format=%H')] },
      { items: [say(JSON.stringify(answer))] },
    ],
  };
}

/** The check runs of a commit once so many of them are completed, oldest first, and the comments say so. */
export async function reviewed(world: World, sha: string, count = 1): Promise<readonly CheckRunRecord[]> {
  const done = (): CheckRunRecord[] =>
    world.github.checkRuns(world.repository).filter((one) => one.headSha === sha && one.status === 'completed');
  await until(`${count} completed checks on ${sha}`, () => done().length >= count, 120_000);
  return done();
}

/** Comments of ours on lines: path, side, first and last line, the title, and whether the discussion is resolved. */
export function onLines(world: World, number: number) {
  return world.github
    .reviewComments(world.repository, number)
    .filter(({ viaApp }) => viaApp)
    .map(({ path, side, startLine, line, body, resolved }) => {
      const title = /\*\*\w+:\*\* (.*)/.exec(body)?.[0] ?? '';
      return [path, side, startLine ?? line, line, title, resolved ?? false];
    });
}

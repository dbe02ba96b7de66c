import { expect, test } from 'vitest';
import { parseReviewAnswer, REVIEW_ANSWER_SCHEMA } from '#core/contracts/review-answer.ts';
import { say, type Scenario } from '../../fakes/model/scenario.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openExecutor, type OpenExecutor } from './open-executor.ts';

const ANSWER = { summary: 'Good.', verdict: 'approve', findings: [] };
const reviewer: Scenario = { name: 'reviewer', steps: [{ items: [say(JSON.stringify(ANSWER))] }] };

/** The form that the newest request asks the model's answer to have. */
function askedFor(open: OpenExecutor): unknown {
  const body = open.model.requests.at(-1)?.body;
  return typeof body === 'object' && body !== null && 'text' in body ? body.text : undefined;
}

describeWith(['codex', 'confinement'], 'an answer of a given form from the real Codex', () => {
  test('is asked of the model by its schema, on the first turn and on a later one', { timeout: 60_000 }, async () => {
    await using open = await openExecutor(reviewer);
    const outputSchema = REVIEW_ANSWER_SCHEMA;
    const first = await open.execute({ outputSchema });
    const format = { type: 'json_schema', strict: true, schema: REVIEW_ANSWER_SCHEMA };
    expect(askedFor(open)).toMatchObject({ format });
    expect(parseReviewAnswer(first.finalMessage ?? '')).toEqual({ kind: 'answer', answer: ANSWER });

    const resume = { threadId: first.session?.threadId ?? '', record: null, promptAnew: 'New.\n' };
    await open.execute({ resume, outputSchema });
    expect(askedFor(open)).toMatchObject({ format });
    await open.execute({ resume });
    expect(askedFor(open)).not.toHaveProperty('format');
    expect([open.door.refused(), open.model.unexpected]).toEqual([0, []]);
  });
});

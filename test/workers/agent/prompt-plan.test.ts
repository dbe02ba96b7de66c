import { describe, expect, test } from 'vitest';
import { aComment, aThread, blockOf, blocksOf, oursOf, rendered } from './prompt-scene.ts';

const PLACE = { path: 'src/a.ts', line: 12, hunk: '@@ -1 +1 @@\n-a\n+b' };
const thread = aThread([
  aComment({ body: 'Wrong.', at: PLACE, discussion: { id: 'd', resolved: false } }),
  aComment({ body: 'Talk.' }),
]);
const names = (prompt: string): string[] => blocksOf(prompt).map(([name]) => name.split(' by ')[0] ?? '');

describe('a plan of how to mend', () => {
  const mends = [{ name: 'unit tests', url: 'u', log: 'AssertionError: 60 is not 59.6' }];

  test('has the open remarks and the failed checks, and changes nothing', () => {
    const prompt = rendered({ duty: { kind: 'plan', mends }, thread });
    expect(names(prompt).slice(3)).toEqual(['COMMENT 1', 'REMARK 1', 'PLACE of REMARK 1', 'JOB 1']);
    expect(blockOf(prompt, 'JOB 1')).toContain('AssertionError: 60 is not 59.6');
    expect(oursOf(prompt)).toContain('mend what reviewers remarked');
    expect(oursOf(prompt)).toContain('Change no file.');
    expect(oursOf(prompt)).not.toContain('Leave your changes in the working tree');
  });

  test('is no matter of a plan for a change', () => {
    const prompt = rendered({ duty: { kind: 'plan' }, thread });
    expect(names(prompt).slice(3)).toEqual(['COMMENT 1', 'PLACE of COMMENT 1', 'COMMENT 2']);
    expect(oursOf(prompt)).not.toContain('mend what reviewers remarked');
  });
});

describe('what was said meanwhile', () => {
  const [remark, talk] = thread.comments;
  const news = talk === undefined ? [] : [talk];

  test('is told to an agent that remembers, and no more of the conversation', () => {
    const prompt = rendered({ resumed: true, thread, news });
    expect(names(prompt)).toEqual(['COMMENT 1']);
    expect(blockOf(prompt, 'COMMENT 1')).toBe('Talk.');
  });

  test('is told once to one that remembers nothing', () => {
    expect(names(rendered({ thread, news })).filter((name) => name.startsWith('COMMENT'))).toHaveLength(2);
  });

  test('and is to be mended stands among the remarks only', () => {
    const duty = { kind: 'fix', failedJobs: [] } as const;
    const prompt = rendered({ resumed: true, thread, news: remark === undefined ? [] : [remark], duty });
    expect(names(prompt)).toEqual(['REMARK 1', 'PLACE of REMARK 1']);
  });
});

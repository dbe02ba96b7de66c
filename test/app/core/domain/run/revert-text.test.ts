import { describe, expect, test } from 'vitest';
import { headline } from '#core/domain/run/outcome.ts';
import { commitMessage, projectProposal, titleOf } from '#core/domain/run/proposal.ts';
import { revertConflict, revertPrompt, revertWords } from '#core/domain/run/revert-text.ts';
import { PLAIN_TASK, type Reverted } from '#core/domain/run/run-task.ts';
import { aRequest, aRun } from '../samples.ts';

const SHA = 'c'.repeat(40);
const REVERTS: Reverted = {
  requestId: '33333333-3333-4333-8333-333333333333',
  title: 'Write a.txt',
  number: 8,
  sha: SHA,
  at: '2026-11-26T10:00:00.000Z',
};
const TAKEN = { reverts: REVERTS, provider: 'gitlab', base: 'main' } as const;
const task = { ...PLAIN_TASK, kind: 'revert', reverts: REVERTS } as const;

describe('a revert', () => {
  test.each([
    ['Write a.txt', 'Revert "Write a.txt"'],
    ['Revert "Write a.txt"', 'Revert "Revert "Write a.txt""'],
    ['x'.repeat(72), `Revert "${'x'.repeat(60)}..."`],
    [`${'x'.repeat(59)}🙏🙏🙏`, `Revert "${'x'.repeat(59)}\uFFFD..."`],
  ])('of %s has a title of at most 72 characters', (title, expected) => {
    const prompt = revertPrompt({ ...TAKEN, reverts: { ...REVERTS, title } });
    expect(titleOf(prompt)).toBe(expected);
    expect(expected.length).toBeLessThanOrEqual(72);
    expect(prompt).toContain(`merge request !8, which came into \`main\` as ${SHA}.`);
  });

  test('has a commit that names the one it takes back, and a body that closes no issue', () => {
    const prompt = revertPrompt(TAKEN);
    const request = aRequest({ prompt, repo: { ...aRequest().repo, provider: 'gitlab' } });
    expect(commitMessage(request, REVERTS)).toBe(
      `Revert "Write a.txt"\n\nThis reverts commit ${SHA}.\n\nRequest: ${request.id}\nRequested-by: ada\n`,
    );
    const run = aRun({ task, finalMessage: revertWords(TAKEN, { left: 0, isNothing: false }) });
    const shown = { runUrl: 'https://host/checks/1', pageUrl: 'https://pages.test/runs/1', now: run.createdAt };
    const { title, body } = projectProposal(request, run, shown);
    expect(title).toBe('Revert "Write a.txt"');
    expect(body).toContain(`This takes back merge request !8, which came into \`main\` as commit ${SHA} at`);
    expect(body).toContain('For #5. Requested by @ada.');
    expect(body).toContain('By Git, without any agent');
    expect(body).toContain('(https://host/checks/1)');
    expect(body).toContain('(https://pages.test/runs/1)');
    expect(body).not.toMatch(/closes|tokens|exit code/i);
  });

  test('of a merge request says so by its own sign', () => {
    const repo = { ...aRequest().repo, provider: 'gitlab' } as const;
    const request = aRequest({ repo, thread: { kind: 'pull', number: 8, title: '', body: '' } });
    const { body } = projectProposal(request, aRun({ task }), { runUrl: '..', now: request.createdAt });
    expect(body).toContain(`This takes back commit ${SHA}.`);
    expect(body).toContain('For !8. Requested by @ada.');
  });

  test.each([
    [1, '1 commit of it right before that one stays.'],
    [3, '3 commits of it right before that one stay.'],
  ])('of a change that was rebased says that %d of its commits stay', (left, words) => {
    for (const isNothing of [true, false]) expect(revertWords(TAKEN, { left, isNothing })).toContain(words);
    expect(revertWords(TAKEN, { left: 0, isNothing: false })).not.toContain('rebased');
  });

  test('that has nothing to do says so, and one that cannot be made names the files', () => {
    const nothing = revertWords({ ...TAKEN, base: 'a`b' }, { left: 0, isNothing: true });
    expect(nothing).toBe(`Nothing of merge request !8 (commit ${SHA}) is left in \`a'b\` that could be taken back.`);
    const paths = Array.from({ length: 32 }, (_, at) => `dir/${at}\`.ts`);
    const conflict = revertConflict(TAKEN, paths);
    expect(conflict).toContain("`dir/0'.ts`, `dir/1'.ts`");
    expect(conflict).toContain(' and 2 more.');
  });

  test.each([
    ['provisioning', 'Taking the change back'],
    ['unchanged', 'Nothing is left to take back'],
    ['failed', 'Failed'],
    ['awaiting_approval', 'The change waits for approval'],
  ] as const)('that is %s reads so: %s', (status, words) => {
    expect(headline(aRun({ task, status }), 'github')).toBe(words);
  });
});

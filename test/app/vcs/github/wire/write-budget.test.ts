import { expect, test } from 'vitest';
import type { WriteBudget } from '#core/ports/write-budget.ts';
import { loadContract } from '../../../../fakes/github/contract.ts';
import { secondaryLimit } from '../../../../fakes/github/faults.ts';
import { startGitHubWorld, threadOf } from '../github-world.ts';

const contract = await loadContract();

/** A budget that grants until it is used up, and remembers what it was asked. */
function budgetOf(creations: number) {
  const seen = { takes: 0, closed: [] as number[] };
  const budget: WriteBudget = {
    take: async () => {
      seen.takes += 1;
      return seen.takes <= creations ? { kind: 'granted' } : { kind: 'wait', waitMs: 12_345 };
    },
    close: async (_owner, ms) => void seen.closed.push(ms),
  };
  return { budget, seen };
}

async function worldWith(creations: number) {
  const { budget, seen } = budgetOf(creations);
  const world = await startGitHubWorld({ contract }, { budget });
  const { issue } = await world.github.openIssue({ repository: world.repository, by: 'ada', title: 'x' });
  return { world, seen, issue, thread: threadOf(issue) };
}

const DRAFT = { branch: 'work', base: 'main', title: 't', body: 'b', draft: false };

test('a comment beyond the budget is not sent, and its caller is told how long to wait', async () => {
  const { world, seen, issue, thread } = await worldWith(1);
  await using github = world;
  await github.host.createComment(github.repo, thread, 'one');
  const before = github.github.requests.length;
  const second = github.host.createComment(github.repo, thread, 'two');
  await expect(second).rejects.toMatchObject({ code: 'limited', retryAfterMs: 12_345 });
  expect(github.github.requests).toHaveLength(before);
  expect(github.github.comments(github.repository, issue.number).map(({ body }) => body)).toEqual(['one']);
  expect(seen.takes).toBe(2);
});

test('a pull request counts as well', async () => {
  const { world } = await worldWith(0);
  await using github = world;
  await expect(github.host.openChange(github.repo, DRAFT)).rejects.toMatchObject({ code: 'limited' });
  expect(github.github.pulls(github.repository)).toEqual([]);
});

test('what notifies nobody takes nothing: an edit, a reaction, a check run', async () => {
  const { world, seen, thread } = await worldWith(1);
  await using github = world;
  const { host, repo, mainSha } = github;
  const { externalId } = await host.createComment(repo, thread, 'one');
  await host.updateComment(repo, externalId, 'two');
  await host.acknowledge(repo, thread, { kind: 'thread' });
  const view = { status: 'queued', title: 't', summary: 's', text: '' } as const;
  await host.createCheck(repo, mainSha, { key: 'k', view });
  expect(seen.takes).toBe(1);
});

test.each([403, 429])(
  'a %i that says when to come back closes the budget of the installation until then',
  async (status) => {
    const { world, seen, thread } = await worldWith(9);
    await using github = world;
    github.github.fault({ match: { operationId: 'issues/create-comment' }, ...secondaryLimit(77), status });
    const comment = github.host.createComment(github.repo, thread, 'one');
    await expect(comment).rejects.toMatchObject({ code: 'limited', retryAfterMs: 77_000 });
    expect(seen.closed).toEqual([77_000]);
  },
);

test('a refusal that is no limit closes nothing', async () => {
  const { world, seen, thread } = await worldWith(9);
  await using github = world;
  github.github.fault({ match: { operationId: 'issues/create-comment' }, status: 403 });
  await expect(github.host.createComment(github.repo, thread, 'one')).rejects.toMatchObject({ code: 'denied' });
  expect(seen.closed).toEqual([]);
});

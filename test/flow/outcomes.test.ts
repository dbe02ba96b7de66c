import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  escapingSymlink,
  EVERY_KIND_OF_CHANGE_STATUS,
  everyKindOfChange,
  touchesWorkflow,
} from '../fakes/model/change-scenarios.ts';
import { longRunning, noChange, turnFailed } from '../fakes/model/scenarios.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, checkOf, settled } from './ask.ts';
import { openWorld, until, type World } from './world.ts';

const RUN_TIMEOUT_SEC = 6;

describeWith(['codex', 'confinement'], 'how a request can end', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({
      scenario: [
        { ...everyKindOfChange, when: /every kind/ },
        { ...touchesWorkflow, when: /workflow/ },
        { ...escapingSymlink, when: /symlink/ },
        { ...turnFailed, when: /turn failed/ },
        { ...longRunning(60), when: /long/ },
        noChange,
      ],
      env: { PROVISIONER: 'local', RUN_TIMEOUT_SEC: String(RUN_TIMEOUT_SEC), WORKER_CONCURRENCY: '4' },
    });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  const outcomeOf = async (words: string) => settled(world, (await ask(world, `@astraforge ${words}`)).issue);

  it('new, deleted, renamed, binary, linked and mode-changed files all arrive as the agent left them', async () => {
    const { requestId, check, pulls } = await outcomeOf('make every kind of change');
    expect(check.conclusion).toBe('success');
    const names = [
      '-c',
      'core.quotePath=false',
      'diff',
      '--name-status',
      '--find-renames',
      'main',
      `astraforge/${requestId}`,
    ];
    const listed = execFileSync('git', ['--git-dir', world.repository.directory, ...names], { encoding: 'utf8' });
    expect(listed.trim().split('\n').toSorted()).toEqual(EVERY_KIND_OF_CHANGE_STATUS.toSorted());
    const tree = ['ls-tree', '-r', `astraforge/${requestId}`];
    const modes = execFileSync('git', ['--git-dir', world.repository.directory, ...tree], { encoding: 'utf8' });
    expect(modes).toMatch(/^100755 blob \w+\tsrc\/cli\.js$/m);
    expect(modes).toMatch(/^120000 blob \w+\tdocs\/latest\.md$/m);
    expect(pulls.filter((pull) => pull.pull.headBranch.endsWith(requestId))).toHaveLength(1);
  });

  it('an empty diff is “no change needed” with the agent’s answer, in check and comment', async () => {
    const { check, comments, requestId } = await outcomeOf('is there anything to do?');
    expect(check).toMatchObject({ conclusion: 'neutral', output: { title: 'No change needed' } });
    const answer = /changed nothing|nothing to|no change/i;
    expect(check.output.summary).toMatch(answer);
    expect(comments.map((comment) => comment.body).join()).toMatch(answer);
    expect((await world.github.branches(world.repository)).has(`astraforge/${requestId}`)).toBe(false);
  });

  it('a failing agent is a failed run that says why, and no pull request', async () => {
    const { check, comments, requestId } = await outcomeOf('have the turn failed');
    expect(check.conclusion).toBe('failure');
    expect(check.output.title).toMatch(/^Failed: .+/);
    expect(comments[0]?.body).toContain('❌ **Failed**');
    expect(world.github.pulls(world.repository).some((pull) => pull.pull.headBranch.endsWith(requestId))).toBe(false);
  });

  it.each([
    ['a workflow', 'touch a workflow', [/release\.yml` is a workflow/, /CHANGE_ALLOW=workflows/]],
    [
      'links that leave the tree',
      'add a symlink',
      [/symbolic link that leaves the repository/, /CHANGE_ALLOW=symlinks/],
    ],
  ])('%s is refused with a clear message and nothing is pushed', async (_, words, reasons) => {
    const { check, comments, requestId } = await outcomeOf(words);
    expect(check.conclusion).toBe('failure');
    for (const text of [check.output.summary ?? '', comments[0]?.body ?? '']) {
      for (const reason of reasons) expect(text).toMatch(reason);
    }
    expect((await world.github.branches(world.repository)).has(`astraforge/${requestId}`)).toBe(false);
  });

  it('an agent that takes too long is stopped, and the check says so', async () => {
    const { check } = await outcomeOf('take long');
    expect(check.conclusion).toBe('timed_out');
    expect(check.output.summary).toContain('RUN_TIMEOUT_SEC');
  });

  it('closing the issue cancels the run while it works', async () => {
    const { issue } = await ask(world, '@astraforge take long');
    await checkOf(world, issue);
    await until('the agent to work', () => world.model.requests.length > 0);
    await world.github.closeIssue({ repository: world.repository, by: 'ada', number: issue });
    const { check, comments } = await settled(world, issue, RUN_TIMEOUT_SEC * 1_000 + 10_000);
    expect(check.conclusion).toBe('cancelled');
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain('**Cancelled**');
  });
});

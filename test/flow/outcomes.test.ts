import { expect, it } from 'vitest';
import { branchOf } from '#core/domain/request/work-request.ts';
import {
  escapingSymlink,
  EVERY_KIND_OF_CHANGE_STATUS,
  everyKindOfChange,
  touchesWorkflow,
} from '../fakes/model/change-scenarios.ts';
import { longRunning, noChange, turnFailed } from '../fakes/model/scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import { until } from './world.ts';

const RUN_TIMEOUT_SEC = 6;

onBothHosts('how a request can end', (host) => {
  const scene = play(host, {
    scenario: [
      { ...everyKindOfChange, when: /every kind/ },
      { ...touchesWorkflow, when: /workflow/ },
      { ...escapingSymlink, when: /symlink/ },
      { ...turnFailed, when: /turn failed/ },
      { ...longRunning(60), when: /long/ },
      noChange,
    ],
    env: { RUN_TIMEOUT_SEC: String(RUN_TIMEOUT_SEC), WORKER_CONCURRENCY: '4' },
  });

  /** Asks, and waits for the end. */
  const outcomeOf = async (words: string) => {
    const { place } = await scene().ask(`@astraforge ${words}`);
    const { request, run } = await scene().over(place);
    return { place, run, branch: branchOf(request.id), shown: () => scene().shown(place) };
  };
  const isPushed = async (branch: string) => (await scene().branches()).has(branch);

  it('new, deleted, renamed, binary, linked and mode-changed files all arrive as the agent left them', async () => {
    const { place, branch, run } = await outcomeOf('make every kind of change');
    expect(run.status).toBe('succeeded');
    await scene().checked(place, 'success');
    const names = ['diff', '--name-status', '--find-renames', 'main', branch];
    const listed = scene().git('-c', 'core.quotePath=false', ...names);
    expect(listed.trim().split('\n').toSorted()).toEqual(EVERY_KIND_OF_CHANGE_STATUS.toSorted());
    const modes = scene().git('ls-tree', '-r', branch);
    expect(modes).toMatch(/^100755 blob \w+\tsrc\/cli\.js$/m);
    expect(modes).toMatch(/^120000 blob \w+\tdocs\/latest\.md$/m);
    expect(scene().changesFor(place)).toMatchObject([{ head: branch }]);
  });

  it('an empty diff is “no change needed” with the agent’s answer, in check and comment', async () => {
    const { place, branch, shown } = await outcomeOf('is there anything to do?');
    expect((await scene().checked(place, 'neutral')).title).toBe('No change needed');
    expect(await shown()).toMatch(/the code already does what was asked/);
    expect(scene().ours(place)[0]?.body).toMatch(/the code already does what was asked/);
    expect(await isPushed(branch)).toBe(false);
  });

  it('a failing agent is a failed run that says why, and no pull request', async () => {
    const { place } = await outcomeOf('have the turn failed');
    expect((await scene().checked(place, 'failure')).title).toMatch(/^Failed: .+/);
    expect(scene().ours(place)[0]?.body).toContain('❌ **Failed**');
    expect(scene().changesFor(place)).toEqual([]);
  });

  it.each([
    ['a workflow', 'touch a workflow', [/release\.yml` is a workflow/, /CHANGE_ALLOW=workflows/]],
    [
      'links that leave the tree',
      'add a symlink',
      [/symbolic link that leaves the repository/, /CHANGE_ALLOW=symlinks/],
    ],
  ])('%s is refused with a clear message and nothing is pushed', async (_, words, reasons) => {
    const { place, branch, shown } = await outcomeOf(words);
    await scene().checked(place, 'failure');
    for (const text of [await shown(), scene().ours(place)[0]?.body ?? '']) {
      for (const reason of reasons) expect(text).toMatch(reason);
    }
    expect(await isPushed(branch)).toBe(false);
  });

  it('an agent that takes too long is stopped, and the check says so', async () => {
    const { place, shown } = await outcomeOf('take long');
    await scene().checked(place, 'timed_out');
    expect(await shown()).toContain('RUN_TIMEOUT_SEC');
  });

  it('closing the issue cancels the run while it works', async () => {
    const { place } = await scene().ask('@astraforge take long');
    const asked = scene().model.requests.length;
    await until('the agent to work', () => scene().model.requests.length > asked);
    await scene().close(place);
    expect(await scene().over(place)).toMatchObject({ run: { status: 'cancelled' } });
    await scene().checked(place, 'cancelled');
    expect(scene().ours(place)).toHaveLength(1);
    expect(scene().ours(place)[0]?.body).toContain('**Cancelled**');
  });
});

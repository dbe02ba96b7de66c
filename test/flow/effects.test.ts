import { afterEach, beforeEach, expect, it } from 'vitest';
import { secondaryLimit } from '../fakes/github/faults.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, settled } from './ask.ts';
import { openWorld, until, type World } from './world.ts';

const WRITES = [
  'issues/create-comment',
  'checks/create',
  'pulls/create',
  'reactions/create-for-issue-comment',
] as const;

describeWith(['codex', 'confinement'], 'every effect is observed once', () => {
  let world: World;

  beforeEach(async () => {
    world = await openWorld({ scenario: fixFailingTest, env: { PROVISIONER: 'local' } });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  async function expectOneOfEach(): Promise<void> {
    const { issue } = await ask(world, '@astraforge fix the failing test');
    const { check, comments, pulls } = await settled(world, issue, 90_000);
    expect(check.conclusion).toBe('success');
    expect(world.github.checkRuns(world.repository)).toHaveLength(1);
    expect(comments).toHaveLength(1);
    expect(pulls).toHaveLength(1);
    world.github.assertNoViolations();
  }

  it.each(WRITES)('when GitHub answers 502 after it committed %s', async (operationId) => {
    const fault = world.github.fault({ match: { operationId }, when: 'after', status: 502 });
    await expectOneOfEach();
    expect(fault.fired).toBe(1);
  });

  it('when the connection is cut after each write was committed', async () => {
    const faults = WRITES.map((operationId) =>
      world.github.fault({ match: { operationId }, when: 'after', drop: true }),
    );
    await expectOneOfEach();
    expect(faults.map((fault) => fault.fired)).toEqual([1, 1, 1, 1]);
  });

  it('when GitHub fails before it committed anything', async () => {
    const faults = WRITES.map((operationId) =>
      world.github.fault({ match: { operationId }, when: 'before', status: 500 }),
    );
    await expectOneOfEach();
    expect(faults.map((fault) => fault.fired)).toEqual([1, 1, 1, 1]);
  });

  it('a push whose answer is lost leads to one branch and one pull request', async () => {
    const fault = world.github.fault({
      match: { path: /git-receive-pack$/, method: 'POST' },
      when: 'after',
      drop: true,
    });
    await expectOneOfEach();
    expect(fault.fired).toBe(1);
  });

  it('a change is taken back once, whichever answers are lost', async () => {
    const { github, repository } = world;
    const { issue } = await ask(world, '@astraforge fix the failing test');
    const { pulls } = await settled(world, issue, 90_000);
    await github.mergePullRequest({ repository, by: 'ada', number: pulls[0]?.number ?? 0 });
    const faults = [
      github.fault({ match: { operationId: 'pulls/get' }, when: 'before', status: 502 }),
      github.fault({ match: { path: /git-receive-pack$/, method: 'POST' }, when: 'after', drop: true }),
      github.fault({ match: { operationId: 'pulls/create' }, when: 'after', drop: true }),
    ];
    await github.comment({ repository, by: 'ada', number: issue, body: '@astraforge revert' });
    const ours = () => github.pulls(repository).filter(({ viaApp }) => viaApp);
    const progress = () => github.comments(repository, issue).filter(({ viaApp }) => viaApp);
    await until('the revert to be opened', () => /Opened/.test(progress()[1]?.body ?? ''));
    expect(faults.map((fault) => fault.fired)).toEqual([1, 1, 1]);
    expect(ours().map(({ title }) => title.startsWith('Revert "'))).toEqual([false, true]);
    expect(progress()).toHaveLength(2);
    github.assertNoViolations();
  });

  it('a rate limit is waited out for as long as GitHub says', async () => {
    const fault = world.github.fault({ match: { operationId: 'pulls/create' }, ...secondaryLimit(3) });
    const at = (): number[] =>
      world.github.requests.filter((one) => one.operationId === 'pulls/create').map((request) => request.at);
    await expectOneOfEach();
    expect(fault.fired).toBe(1);
    const [refused = 0, accepted = 0] = at();
    expect(accepted - refused).toBeGreaterThanOrEqual(3_000);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fault } from '../fakes/git-host/faults.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { ask } from '../flow/ask.ts';
import { askOnIssue, openPeopledFlow, ourNotes } from '../flow/gitlab-talk.ts';
import { openWorld, until } from '../flow/world.ts';
import { describeWith } from '../services/describe-with.ts';

/** Long enough for a role to be lost meanwhile. */
const worksAWhile: Scenario = {
  name: 'works a while',
  when: /write a\.txt/,
  steps: [{ items: [shell('sleep 5; echo a > a.txt')] }, { items: [say('I wrote a.txt.')] }],
};
const WORDS = '@astraforge write a.txt';
const DEADLINE = { timeout: 300_000 };

/** What these tests do and see on a host; `ada` asks. */
interface Scene extends AsyncDisposable {
  ask(): Promise<number>;
  modelCalls(): number;
  setRole(role: 'read' | 'write'): void;
  /** Lets the host answer every question about her role with this status. */
  refuse(status: number): Fault;
  ours(issue: number): readonly string[];
  branches(): Promise<ReadonlyMap<string, string>>;
  proposals(): number;
  assertNoViolations(): void;
}

async function onGitHub(): Promise<Scene> {
  const world = await openWorld({ scenario: [worksAWhile], env: { PROVISIONER: 'local' } });
  const { github, repository } = world;
  return {
    ask: async () => (await ask(world, WORDS)).issue,
    modelCalls: () => world.model.requests.length,
    setRole: (role) => github.setPermission(repository, 'ada', role),
    refuse: (status) =>
      github.fault({ match: { path: /\/collaborators\/ada\/permission$/ }, times: Number.POSITIVE_INFINITY, status }),
    ours: (issue) =>
      github
        .comments(repository, issue)
        .filter(({ viaApp }) => viaApp)
        .map(({ body }) => body),
    branches: () => github.branches(repository),
    proposals: () => github.pulls(repository).length,
    assertNoViolations: () => github.assertNoViolations(),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

async function onGitLab(): Promise<Scene> {
  const flow = await openPeopledFlow({ scenario: [worksAWhile] });
  const { gitlab, repository } = flow;
  return {
    ask: async () => (await askOnIssue(flow, WORDS)).issue.number,
    modelCalls: () => flow.model.requests.length,
    setRole: (role) => gitlab.setPermission(repository, 'ada', role),
    refuse: (status) =>
      gitlab.fault({ match: { path: /\/members\/all\/\d+$/ }, times: Number.POSITIVE_INFINITY, status }),
    ours: (number) => ourNotes(flow, { kind: 'issue', number }).map(({ body }) => body),
    branches: () => gitlab.branches(repository),
    proposals: () => gitlab.pulls(repository).length,
    assertNoViolations: () => gitlab.assertNoViolations(),
    [Symbol.asyncDispose]: () => flow[Symbol.asyncDispose](),
  };
}

for (const [host, open] of [['GitHub', onGitHub] as const, ['GitLab', onGitLab] as const])
  describeWith(['codex', 'confinement'], `the role when it is published, on ${host}`, () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await open();
    });
    afterAll(async () => {
      scene.assertNoViolations();
      await scene[Symbol.asyncDispose]();
    });

    const atWork = async (): Promise<number> => {
      const asked = scene.modelCalls();
      const issue = await scene.ask();
      await until('the agent to work', () => scene.modelCalls() > asked);
      return issue;
    };
    const reads = (issue: number, words: RegExp) =>
      until(`a comment that reads ${String(words)}`, () => scene.ours(issue).some((body) => words.test(body)));
    const published = async () => [...(await scene.branches()).keys()].filter((name) => name.startsWith('astraforge/'));

    it('who lost the role while the agent worked has nothing published', DEADLINE, async () => {
      const issue = await atWork();
      scene.setRole('read');
      await reads(issue, /@.?ada has `read` on .* by now/);
      scene.setRole('write');
      expect([await published(), scene.proposals()]).toEqual([[], 0]);
    });

    it('a host that will not tell the role has said no: nothing is published', DEADLINE, async () => {
      const issue = await atWork();
      const fault = scene.refuse(403);
      await reads(issue, /@.?ada has `none` on .* by now/);
      fault.remove();
      expect([await published(), scene.proposals()]).toEqual([[], 0]);
    });

    it('while the host cannot tell the role nothing is published, and the work is when it can', DEADLINE, async () => {
      const issue = await atWork();
      const fault = scene.refuse(500);
      await until('the role to be asked twice more', () => fault.fired >= 2);
      expect([await published(), scene.proposals()]).toEqual([[], 0]);
      const asked = scene.modelCalls();
      fault.remove();
      await until('the proposal', () => scene.proposals() === 1);
      expect(await published()).toHaveLength(1);
      expect(scene.modelCalls()).toBe(asked);
      await reads(issue, /Opened/);
    });
  });

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pushed } from '#core/domain/host/inbound.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { checkConfig, type CheckConfigDeps } from '#core/usecases/config/check-config.ts';
import { nodeRuntime } from '../../../../../app/runtime.ts';
import { parseYaml } from '../../../../../workers/parse-yaml.ts';
import { startGitLabWorld, type GitLabWorld } from '../../../vcs/gitlab/gitlab-world.ts';
import { effectsOf } from '../run/memory-record.ts';

const PLACE = '.gitlab/astraforge.yml';

let world: GitLabWorld;
let branches = 0;
beforeAll(async () => {
  world = await startGitLabWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const depsOf = (): CheckConfigDeps => ({
  store: { effects: effectsOf() },
  host: world.host,
  parseYaml,
  runtime: nodeRuntime,
  redactor: createRedactor(),
});

/** The event of a push that made a branch of its own with this configuration. */
async function pushed(text: string): Promise<Pushed> {
  const { gitlab, repository, repo } = world;
  branches += 1;
  const branch = `topic-${branches}`;
  await gitlab.commit({ repository, branch, files: { [PLACE]: text, 'branch.txt': branch } });
  const sha = (await gitlab.branches(repository)).get(branch) ?? '';
  const actor = { id: 1, login: 'ada', bot: false };
  return { kind: 'pushed', repo, actor, branch, isDefault: false, sha, paths: [PLACE] };
}

const commentsOn = ({ sha }: Pushed) => world.repository.commitComments.filter((one) => one.sha === sha);

test('on GitLab, where a check has one line, each mistake is named in a comment on the commit that makes it', async () => {
  const event = await pushed('aproval: plan\nsetup: npm ci\n');
  expect(await checkConfig(depsOf(), event)).toBe('checked the configuration');
  const status = world.repository.statuses.find((one) => one.sha === event.sha);
  expect(status).toMatchObject({ name: 'astraforge config', state: 'failed' });
  const [comment, ...more] = commentsOn(event);
  expect(more).toEqual([]);
  expect(comment?.author).toBe(world.gitlab.bot);
  expect(comment?.note).toContain('**The configuration has 2 mistakes**');
  expect(comment?.note).toContain('line 1: `aproval`: unknown key `aproval`; did you mean `approval`?');
  expect(comment?.note).toContain('line 2: `setup`: must be a list, not text');
});

test('of a configuration that is right nothing is said on GitLab but the status', async () => {
  const event = await pushed('approval: plan\n');
  await checkConfig(depsOf(), event);
  expect(world.repository.statuses.find((one) => one.sha === event.sha)?.state).toBe('success');
  expect(commentsOn(event)).toEqual([]);
});

test('a commit of GitLab is commented on once, also when the answer to that got lost or the record with it', async () => {
  const event = await pushed('run_by: nobody\n');
  const match = { operationId: 'POST /projects/:id/repository/commits/:sha/comments' };
  world.gitlab.fault({ match, when: 'after', drop: true });
  const deps = depsOf();
  await checkConfig(deps, event);
  await checkConfig(deps, event);
  expect(commentsOn(event)).toHaveLength(1);
});

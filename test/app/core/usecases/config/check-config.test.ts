import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRedactor } from '#core/domain/text/secrets.ts';
import type { Pushed } from '#core/domain/host/inbound.ts';
import { checkConfig, type CheckConfigDeps } from '#core/usecases/config/check-config.ts';
import { nodeRuntime } from '../../../../../app/runtime.ts';
import { parseYaml } from '../../../../../workers/parse-yaml.ts';
import { startGitHubWorld, type GitHubWorld } from '../../../vcs/github/github-world.ts';
import { effectsOf } from '../run/memory-record.ts';

const PLACE = '.github/astraforge.yml';
const FORMER = '.astraforge.yml';
const redactor = createRedactor();

let world: GitHubWorld;
let branches = 0;
beforeAll(async () => {
  world = await startGitHubWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const depsOf = (): CheckConfigDeps => ({
  store: { effects: effectsOf() },
  host: world.host,
  parseYaml,
  runtime: nodeRuntime,
  redactor,
});

/** The event of a push that made a branch of its own with these files on top of main. */
async function pushed(files: Readonly<Record<string, string>>, more: Partial<Pushed> = {}): Promise<Pushed> {
  const { github, repository, repo } = world;
  branches += 1;
  const branch = `topic-${branches}`;
  // The same files at the same second would be the same commit.
  await github.commit({ repository, branch, files: { ...files, 'branch.txt': branch } });
  const sha = (await github.branches(repository)).get(branch) ?? '';
  const actor = { id: 1, login: 'ada', bot: false };
  return { kind: 'pushed', repo, actor, branch, isDefault: false, sha, paths: Object.keys(files), ...more };
}

const checksOn = (sha: string) => world.github.checkRuns(world.repository).filter((run) => run.headSha === sha);

test('a right configuration is told so on its commit, with what it means', async () => {
  const event = await pushed({ [PLACE]: 'approval: plan\negress: [registry.npmjs.org]\nsetup: [npm ci]\n' });
  expect(await checkConfig(depsOf(), event)).toBe('checked the configuration');
  const [check, ...more] = checksOn(event.sha);
  expect(more).toEqual([]);
  expect(check).toMatchObject({
    name: 'astraforge config',
    status: 'completed',
    conclusion: 'success',
    output: { title: 'The configuration is right', annotations: [] },
  });
  const summary = check?.output.summary ?? '';
  expect(summary).toContain('`.github/astraforge.yml`');
  expect(summary).toContain('plan for people with write access');
  expect(summary).toContain('network: `registry.npmjs.org`');
  expect(summary).toContain('It counts once it is on the default branch.');
});

test('each mistake is a remark at its line', async () => {
  const text =
    'aproval: plan\nreview:\n  auto: true\n  fial_on: major\nsetup: npm ci\negress:\n  - ok.example\n  - https://x\n';
  const event = await pushed({ [PLACE]: text });
  await checkConfig(depsOf(), event);
  const [check] = checksOn(event.sha);
  expect(check).toMatchObject({ conclusion: 'failure', output: { title: 'The configuration has 4 mistakes' } });
  expect(check?.output.annotations).toMatchObject([
    { path: PLACE, start_line: 1, message: 'aproval: unknown key `aproval`; did you mean `approval`?' },
    { path: PLACE, start_line: 4, message: 'review.fial_on: unknown key `fial_on`; did you mean `fail_on`?' },
    { path: PLACE, start_line: 5, message: 'setup: must be a list, not text' },
    {
      path: PLACE,
      start_line: 8,
      annotation_level: 'failure',
      message: expect.stringMatching(/^egress\[1\]: must be/),
    },
  ]);
});

test('what is not YAML, and a file at both places, are remarks too', async () => {
  const broken = await pushed({ [PLACE]: 'setup:\n  - a\n - b\n' });
  await checkConfig(depsOf(), broken);
  expect(checksOn(broken.sha)[0]?.output.annotations[0]).toMatchObject({ path: PLACE, start_line: 3 });
  const double = await pushed({ [PLACE]: '', [FORMER]: '' });
  await checkConfig(depsOf(), double);
  expect(checksOn(double.sha)[0]?.output.annotations).toMatchObject([
    { path: FORMER, start_line: 1, message: expect.stringContaining('delete this one') },
  ]);
});

test('of very many mistakes fifty are remarks, and the rest is counted', async () => {
  const text = Array.from({ length: 200 }, (_, at) => `key${at}: 1\n`).join('');
  const event = await pushed({ [PLACE]: text });
  await checkConfig(depsOf(), event);
  const [check] = checksOn(event.sha);
  expect(check?.output.annotations).toHaveLength(50);
  expect(check?.output.title).toBe('The configuration has 200 mistakes');
  expect(check?.output.summary).toContain('- and 170 more');
});

test('on the default branch it says that work is held up', async () => {
  const event = await pushed({ [FORMER]: 'run_by: nobody\n' }, { isDefault: true });
  await checkConfig(depsOf(), event);
  expect(checksOn(event.sha)[0]?.output.summary).toContain('I begin no work in this repository until it is mended.');
});

test('a configuration that was deleted is no mistake', async () => {
  const event = await pushed({ 'other.txt': 'x' }, { paths: [PLACE] });
  await checkConfig(depsOf(), event);
  expect(checksOn(event.sha)).toMatchObject([
    { conclusion: 'success', output: { title: 'There is no configuration' } },
  ]);
});

test('a push that does not touch the configuration asks GitHub for nothing', async () => {
  const event = await pushed({ 'docs/.github/astraforge.yml': 'x', '.gitlab/astraforge.yml': 'nonsense: 1\n' });
  expect(await checkConfig(depsOf(), event)).toBe('ignored: the configuration is not touched');
  expect(checksOn(event.sha)).toEqual([]);
});

test('a commit is checked once, however often it is told of', async () => {
  const event = await pushed({ [PLACE]: 'model: a\n' });
  const deps = depsOf();
  await checkConfig(deps, event);
  await checkConfig(deps, event);
  await checkConfig(deps, { ...event, branch: 'another' });
  expect(checksOn(event.sha)).toHaveLength(1);
});

test('a check that GitHub stored before the connection broke is not made again', async () => {
  const event = await pushed({ [PLACE]: 'model: a\n' });
  world.github.fault({ match: { operationId: 'checks/create' }, when: 'after', drop: true });
  await checkConfig(depsOf(), event);
  expect(checksOn(event.sha)).toHaveLength(1);
});

test('a file that cannot be read now is asked for again later, and nothing is said of it', async () => {
  const event = await pushed({ [PLACE]: 'model: a\n' });
  world.github.fault({ match: { path: /contents/ }, status: 502 });
  const deps = depsOf();
  await expect(checkConfig(deps, event)).rejects.toMatchObject({ retryable: true });
  expect(checksOn(event.sha)).toEqual([]);
  await checkConfig(deps, event);
  expect(checksOn(event.sha)).toHaveLength(1);
});

test('a secret that was written into the file is not published again', async () => {
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  const event = await pushed({ [PLACE]: `${secret}: 1\nimage: "${secret}"\n` });
  await checkConfig(depsOf(), event);
  expect(JSON.stringify(checksOn(event.sha))).toContain('[redacted]');
  expect(JSON.stringify(checksOn(event.sha))).not.toContain(secret);
});

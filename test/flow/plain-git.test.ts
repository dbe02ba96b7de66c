import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { branchOf } from '#core/domain/request/work-request.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { describeWith } from '../services/describe-with.ts';
import { sh } from '../workers/git/stage.ts';
import { answers, writes } from './conversation-scenarios.ts';
import { keyOfGrace } from './grace.ts';
import { openPlainGit, PASSWORD, type PlainGitWorld } from './plain-git-world.ts';
import { restClient } from './rest-client.ts';
import { secretForms } from './secret-forms.ts';
import { until } from './world.ts';

const execute = promisify(execFile);
const LONG = { timeout: 600_000 };
const DURATIONS = 'team/durations.git';

/** What an agent that looks for a credential looks at. */
const looksAround: Scenario = {
  name: 'looks around',
  when: /look around/,
  steps: [
    { items: [shell('env; git config --list; git remote -v; cat .git/config; cat /proc/[0-9]*/environ; true')] },
    { items: [say('I looked around.')] },
  ],
};
const SCENARIO = [
  { ...fixFailingTest, when: /fix the failing test/ },
  writes('more.txt', 'more'),
  writes('b.txt', 'two'),
  looksAround,
  answers,
];

describeWith(['codex', 'confinement'], 'a request in a repository on a plain Git server', () => {
  let world: PlainGitWorld;
  beforeAll(async () => {
    world = await openPlainGit(SCENARIO);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const client = () => restClient(world);
  const headOf = (name: string, branch: string): string => sh(world.bare(name), 'rev-parse', `refs/heads/${branch}`);
  const branches = (name: string): string =>
    sh(world.bare(name), 'for-each-ref', '--format=%(refname:short)', 'refs/heads');

  async function linked(name: string, approval: string): Promise<string> {
    await client().forgetLinks();
    const body = { provider: 'git', repository: world.url(name), approval };
    return (await client().made('/repository-links/', body)).id;
  }

  /** The newest run of a request once it is in one of the states, and there are as many runs. */
  async function runIn(
    requestId: string,
    states: readonly string[],
    count = 1,
  ): Promise<{ id: string; state: string }> {
    return until(`run ${count} to be ${states.join(' or ')}`, async () => {
      const { runs } = (await client().request(requestId)).metadata;
      const newest = runs.at(-1);
      return runs.length === count && newest !== undefined && states.includes(newest.state) && newest;
    });
  }
  const OVER = ['succeeded', 'unchanged', 'failed', 'timed_out', 'cancelled'];

  it('ends in a branch with the fix, and more words go on with it', LONG, async () => {
    const before = headOf(DURATIONS, 'trunk');
    const project_id = await linked(DURATIONS, 'none');
    const { id } = await client().made('/requests/', { project_id, prompt: 'fix the failing test' });
    const first = await client().run((await runIn(id, OVER)).id);
    const branch = branchOf(id);
    expect(first).toMatchObject({ state: 'succeeded', change: null, artifacts: { branch } });
    expect(first.artifacts.commit).toBe(headOf(DURATIONS, branch));
    const request = await client().request(id);
    expect(request).toMatchObject({ state: 'DONE', artifacts: first.artifacts });
    expect(request.project).toEqual({ repository: world.url(DURATIONS), base_url: new URL(world.host.url('')).origin });
    expect(request.metadata.mr).toBeUndefined();
    const named = `/runs?repository=${encodeURIComponent(world.url(DURATIONS))}&provider=git`;
    expect(await client().text(named)).toContain(id);
    expect(headOf(DURATIONS, 'trunk')).toBe(before);
    expect(await testsPass(world.bare(DURATIONS), 'trunk')).toBe(false);
    expect(await testsPass(world.bare(DURATIONS), branch)).toBe(true);
    expect(sh(world.bare(DURATIONS), 'log', '-1', '--format=%an <%ae>%n%B', branch)).toMatch(
      new RegExp(`^AstraForge <astraforge@noreply\\.invalid>\n[^]*Request: ${id}`),
    );

    const said = await client().post('/chat/', { request_id: id, message: 'write more.txt as well' });
    expect(said.status).toBe(202);
    const second = await client().run((await runIn(id, OVER, 2)).id);
    expect(second).toMatchObject({ state: 'succeeded', artifacts: { branch, commit: headOf(DURATIONS, branch) } });
    expect(sh(world.bare(DURATIONS), 'rev-parse', `${branch}^`)).toBe(first.artifacts.commit);
    expect(sh(world.bare(DURATIONS), 'show', `${branch}:more.txt`)).toBe('more');
    expect(branches(DURATIONS).split('\n').toSorted()).toEqual([branch, 'trunk']);
    expect(world.model.unexpected).toEqual([]);
  });

  it('is pushed once somebody else has approved, and by an account that may still push', LONG, async () => {
    const project_id = await linked(DURATIONS, 'publish');
    const ask = async () => (await client().made('/requests/', { project_id, prompt: 'write b.txt' })).id;
    const [pushed, refused] = [await ask(), await ask()];
    for (const id of [pushed, refused]) await runIn(id, ['awaiting_approval']);
    expect((await client().post(`/chat/${pushed}/approve/`)).status).toBe(409);
    expect(branches(DURATIONS)).not.toContain(pushed);
    const grace = restClient(world, await keyOfGrace(world));
    expect((await grace.post(`/chat/${pushed}/approve/`)).status).toBe(202);
    expect((await runIn(pushed, OVER)).state).toBe('succeeded');
    expect(sh(world.bare(DURATIONS), 'show', `${branchOf(pushed)}:b.txt`)).toBe('two');

    world.host.tokens.set(PASSWORD, 'read');
    expect((await grace.post(`/chat/${refused}/approve/`)).status).toBe(202);
    const run = await client().run((await runIn(refused, OVER)).id);
    world.host.tokens.set(PASSWORD, 'write');
    expect(run).toMatchObject({ state: 'failed', error: expect.stringContaining('the host refused the token') });
    expect(branches(DURATIONS)).not.toContain(refused);
  });

  it('goes by the configuration of the branch that HEAD names', LONG, async () => {
    world.commit('team/configured.git', { '.config/astraforge.yml': 'paths:\n  deny: [b.txt]\n' });
    const project_id = await linked('team/configured.git', 'none');
    const { id } = await client().made('/requests/', { project_id, prompt: 'write b.txt' });
    const run = await client().run((await runIn(id, OVER)).id);
    expect(run).toMatchObject({ state: 'failed', error: expect.stringContaining('b.txt') });
    expect(branches('team/configured.git')).toBe('trunk');
  });

  it('shows the credential to nobody: not to the agent, in logs, answers, mirrors or the database', LONG, async () => {
    const project_id = await linked(DURATIONS, 'none');
    const { id } = await client().made('/requests/', { project_id, prompt: 'look around' });
    const { id: runId, state } = await runIn(id, OVER);
    expect(state).toBe('unchanged');
    const seen = JSON.stringify(world.model.requests.map(({ body }) => body));
    expect(seen).toContain('HOME=/home/agent');
    const { store } = world.astraforge.shared;
    const places = {
      'what the agent saw': seen,
      'the log of the run': JSON.stringify(await store.log.readLog(id, 0, 100_000)),
      'the API': JSON.stringify([await client().text(`/runs/${runId}/export`), await client().text('/settings')]),
      'the log of the process': world.logs.join('\n'),
      'files, and the database where it is embedded': execFileSync('tar', ['-cf', '-', '.'], {
        cwd: world.directory,
        encoding: 'latin1',
        maxBuffer: 1_000_000_000,
      }),
    };
    const found = Object.entries(places).filter(([, text]) =>
      secretForms(PASSWORD).some((form) => text.includes(form)),
    );
    expect(found.map(([place]) => place)).toEqual([]);
  });
});

/** Whether the repository's own tests pass on a branch. */
async function testsPass(bare: string, branch: string): Promise<boolean> {
  const directory = mkdtempSync(path.join(tmpdir(), 'checkout-'));
  try {
    sh(directory, 'clone', '--quiet', '-b', branch, bare, '.');
    return await execute(process.execPath, ['--test'], { cwd: directory }).then(
      () => true,
      () => false,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

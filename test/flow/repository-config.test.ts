import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunLogEvent } from '#core/contracts/run-log.ts';
import { demoFiles } from '../fakes/demo-files.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, settled, type Outcome } from './ask.ts';
import { openWorld, type World } from './world.ts';

const CONFIG = '.github/astraforge.yml';

/** Asks the egress proxy of the workspace for a host, and prints its first line. */
const knock = (host: string): string =>
  `node -e ${JSON.stringify(
    `const s=require("net").connect(3128,"127.0.0.1",()=>s.write("CONNECT ${host}:443 HTTP/1.1\\r\\nHost: ${host}:443\\r\\n\\r\\n"));` +
      's.on("data",(d)=>{console.log("answer",String(d).split("\\r\\n")[0]);s.end()});s.on("error",(e)=>console.log("answer",e.code))',
  ).replaceAll('`', '')}`;

/** Runs these commands one after the other, writes what they printed into a file, and says so. */
const runs = (...commands: string[]): Scenario => ({
  name: 'runs',
  steps: [
    ...commands.map((command) => ({ items: [shell(`{ ${command}; } 2>&1 | tee -a said.txt`)] })),
    { items: [say('I wrote down what I saw.')] },
  ],
});

describeWith(['codex', 'confinement'], 'what a repository decides about its workspaces', () => {
  let world: World;
  beforeAll(async () => {
    const files = { ...(await demoFiles()), '.gitignore': 'node_modules/\n' };
    world = await openWorld({ files, env: { PROVISIONER: 'local' } });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  const configure = async (config: string, scenario: Scenario): Promise<void> => {
    world.model.use(scenario);
    await world.github.commit({ repository: world.repository, branch: 'main', files: { [CONFIG]: config } });
  };
  const outcome = async (words: string): Promise<Outcome> =>
    settled(world, (await ask(world, `@astraforge ${words}`)).issue);
  const logOf = async ({ requestId }: Outcome): Promise<RunLogEvent[]> =>
    (await world.astraforge.shared.store.log.readLog(requestId, 0, 2_000)).map(({ event }) => event);
  const said = ({ requestId }: Outcome, branch = `astraforge/${requestId}`) =>
    execFileSync('git', ['--git-dir', world.repository.directory, 'show', `${branch}:said.txt`], { encoding: 'utf8' });

  it('faults are all named in comment and check, before any workspace is made', async () => {
    await configure('egres: [a.example]\nsetup: npm ci\negress: ["https://b.example"]\n', runs('true'));
    const asked = world.model.requests.length;
    const ended = await outcome('do it');
    expect(ended.check.conclusion).toBe('failure');
    for (const text of [ended.check.output.summary ?? '', ended.comments[0]?.body ?? '']) {
      for (const part of ['`.github/astraforge.yml` on the default branch', 'egres', '`setup`', '`egress[0]`'])
        expect(text).toContain(part);
    }
    expect((await logOf(ended)).filter(({ stage }) => stage === 'workspace')).toEqual([]);
    expect(world.model.requests.length).toBe(asked);
    expect((await world.astraforge.shared.store.runs.readRequest(ended.requestId))?.run).toMatchObject({
      provisioner: null,
      failure: { code: 'config' },
    });
  });

  it('hosts that are not allowed are refused, told in the log and counted in comment, check and run', async () => {
    const thrice = [1, 2, 3].map(() => knock('registry.example')).join('; ');
    await configure('egress: [other.example]\n', runs(thrice, knock('tracker.example')));
    const ended = await outcome('look around');
    expect(ended.check.conclusion).toBe('success');
    expect(said(ended)).toMatch(/^(?:answer HTTP\/1\.1 403[^\n]*\n){4}$/);
    const line =
      "blocked: `registry.example` (3 times), `tracker.example` (once); add hosts to `egress:` in the repository's configuration file to allow them";
    expect(ended.check.output.summary).toContain(line);
    expect(ended.comments[0]?.body).toContain(line);
    const told = (await logOf(ended)).filter(({ stage }) => stage === 'egress').map(({ message }) => message ?? '');
    expect(told[0]).toMatch(/^blocked: registry\.example:443/);
    expect(told).toContainEqual(expect.stringMatching(/^blocked: registry\.example:443.*\(3 times\)$/));
    expect(told).toContainEqual(expect.stringMatching(/^blocked: tracker\.example:443/));
    const { run } = (await world.astraforge.shared.store.runs.readRequest(ended.requestId)) ?? {};
    expect(run?.blocked).toEqual({ 'registry.example': 3, 'tracker.example': 1 });
  });

  it('what a pull request changes about it has no effect on its own runs', async () => {
    await configure('egress: []\nsetup: ["echo from the default branch"]\n', runs(knock('evil.example')));
    const { github, repository } = world;
    const evil = 'egress: [evil.example]\nsetup: ["echo from the pull request"]\n';
    await github.commit({ repository, branch: 'topic', files: { [CONFIG]: evil }, by: 'ada' });
    const { issue } = await github.openPullRequest({ repository, by: 'ada', title: 'Let me out', head: 'topic' });
    await github.comment({ repository, by: 'ada', number: issue.number, body: '@astraforge look around' });
    const ended = await settled(world, issue.number);
    expect(ended.check.conclusion).toBe('success');
    expect(said(ended)).toMatch(/^answer HTTP\/1\.1 403/);
    expect(ended.comments[0]?.body).toContain('blocked: `evil.example` (once)');
    const lines = (await logOf(ended)).filter(({ stage }) => stage === 'setup').map(({ message }) => message);
    expect(lines).toContain('from the default branch');
    expect(lines).not.toContain('from the pull request');
  });

  it('set-up runs before the agent, its output is in the log, and what it leaves is there but no change', async () => {
    const config = 'setup:\n  - mkdir -p node_modules && echo ready > node_modules/dep\n  - echo "set up in $PWD"\n';
    await configure(config, runs('cat node_modules/dep'));
    const ended = await outcome('use it');
    expect(ended.check.conclusion).toBe('success');
    expect(said(ended)).toBe('ready\n');
    const log = await logOf(ended);
    const at = (message: string) => log.findIndex((event) => event.message === message);
    expect(at('set up in /workspace')).toBeGreaterThan(-1);
    expect(at('set up in /workspace')).toBeLessThan(at('Starting codex with gpt-5.5'));
    const names = ['diff', '--name-only', `main...astraforge/${ended.requestId}`];
    const changed = execFileSync('git', ['--git-dir', world.repository.directory, ...names], { encoding: 'utf8' });
    expect(changed).toBe('said.txt\n');
  });

  it('a failing set-up fails the run with command and exit code, and the agent is not started', async () => {
    await configure('setup:\n  - echo first\n  - echo broken >&2; exit 7\n  - echo never\n', runs('true'));
    const asked = world.model.requests.length;
    const ended = await outcome('do it');
    expect(ended.check.conclusion).toBe('failure');
    for (const text of [ended.check.output.summary ?? '', ended.comments[0]?.body ?? ''])
      expect(text).toContain('Setting up the workspace failed: `echo broken >&2; exit 7` ended with exit code 7.');
    const lines = (await logOf(ended)).map(({ message }) => message);
    expect(lines).toContain('broken');
    expect(lines).not.toContain('never');
    expect(world.model.requests.length).toBe(asked);
  });
});

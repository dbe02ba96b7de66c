import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GitHubStandIn } from '../fakes/github/stand-in.ts';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { DOUBLING, PROOF_SCENARIOS, SUITE } from '../flow/proof-scenarios.ts';
import { processesWith } from '../flow/rooms.ts';
import { environment, startHost, until } from '../flow/world.ts';
import { describeWith } from '../services/describe-with.ts';
import { spawnProcess, type Spawned } from './spawn-process.ts';

const EMBEDDED = 'deploy/embedded/main.ts';
/** Noticing a lost worker takes about 15 s (silence, sweep, stalled lock), a restart some seconds more. */
const RECOVERY_DEADLINE_MS = 120_000;
/** Long enough to be killed in; nobody else on the machine sleeps just that long. */
const SLEEP = `sleep 4.${process.pid}`;
const CONFIG = `proof: {mode: require, suite: '${SLEEP}; ${SUITE}', changed: 'node --test {files}'}\n`;

describeWith(['codex', 'confinement'], 'a process that dies while a change is proven', () => {
  let github: GitHubStandIn;
  let repository: RepositoryRecord;
  let model: ScriptedModel;
  let directory: string;
  let running: Spawned[];

  beforeEach(async () => {
    [{ github, repository }, model, directory] = await Promise.all([
      startHost({ ...DOUBLING, '.github/astraforge.yml': CONFIG }),
      startScriptedModel({ scenario: PROOF_SCENARIOS }),
      mkdtemp(path.join(tmpdir(), 'astraforge-')),
    ]);
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.end('SIGKILL')));
    await Promise.all([github.close(), model[Symbol.asyncDispose]()]);
    await rm(directory, { recursive: true, force: true });
  });

  async function launch(): Promise<Spawned> {
    const one = spawnProcess(EMBEDDED, environment({ github, model, directory }, { PROVISIONER: 'local' }));
    running.push(one);
    github.webhookTarget = `${String((await one.said('astraforge serves'))['url'])}/webhooks/github`;
    return one;
  }

  it('kill -9 in the middle of it: the next process proves it, the agent works once, and there is one of each', async () => {
    const first = await launch();
    const at = { repository, by: 'ada' };
    const { issue } = await github.openIssue({ ...at, title: 'Doubling' });
    await github.comment({ ...at, number: issue.number, body: '@astraforge mend it with a test' });
    await until('the proof to run', async () => (await processesWith(SLEEP)).length > 0, RECOVERY_DEADLINE_MS);
    const asked = model.requests.length;
    await first.end('SIGKILL');
    expect(github.pulls(repository)).toEqual([]);
    await launch();
    const check = await until(
      'a completed check run',
      () => github.checkRuns(repository).find(({ status }) => status === 'completed'),
      RECOVERY_DEADLINE_MS,
    );
    expect(check.conclusion).toBe('success');
    expect(check.output.summary?.split('**Proven**')).toHaveLength(2);
    const pulls = github.pulls(repository);
    expect(pulls.map(({ body }) => body?.split('## Proof').length)).toEqual([2]);
    expect(github.checkRuns(repository)).toHaveLength(1);
    expect(model.requests.length).toBe(asked);
    github.assertNoViolations();
  });
});

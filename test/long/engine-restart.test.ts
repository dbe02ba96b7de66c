import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OWN_IMAGE } from '../../sandbox/limits.ts';
import type { GitHubStandIn } from '../fakes/github/stand-in.ts';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { seen } from '../flow/ask.ts';
import { environment, startHost, until } from '../flow/world.ts';
import { spawnProcess, type Spawned } from '../process/spawn-process.ts';
import { describeWith } from '../services/describe-with.ts';
import { openDocker } from '../sandbox/open-subject.ts';
import { privateEngineLacks, startPrivateEngine, type PrivateEngine } from './private-engine.ts';
import { watchContainers } from './watch-containers.ts';

const WORK_SEC = 10;
const DOWN_MS = 2_000;
const RECOVERY_DEADLINE_MS = 180_000;
const TEST_TIMEOUT_MS = 300_000;
const REAPED_WITHIN_MS = 60_000;

/** Works for a while, so that there is time for the engine to go away, and leaves one file. */
const longWork: Scenario = {
  name: 'longWork',
  steps: [
    {
      items: [
        say('This takes a while.'),
        shell(`for i in $(seq 1 ${WORK_SEC}); do echo "tick $i"; sleep 1; done; date +%s%N >NOTES.md; echo ticked`),
      ],
    },
    { waitMs: 60_000 },
    { expect: /ticked/, items: [say('The notes are written.')] },
  ],
};

/** All of AstraForge in one process, on that engine. */
interface Place extends AsyncDisposable {
  readonly github: GitHubStandIn;
  readonly repository: RepositoryRecord;
  readonly model: ScriptedModel;
  readonly astraforge: Spawned;
}

async function openPlace(engine: PrivateEngine): Promise<Place> {
  const [{ github, repository }, model, directory] = await Promise.all([
    startHost(),
    startScriptedModel({ scenario: longWork }),
    mkdtemp(path.join(tmpdir(), 'af-')),
  ]);
  const more = { PROVISIONER: 'docker', DOCKER_HOST: engine.host, SOCKET_DIRECTORY: path.join(directory, 'doors') };
  const astraforge = spawnProcess('deploy/embedded/main.ts', environment({ github, model, directory }, more));
  github.webhookTarget = `${String((await astraforge.said('astraforge serves'))['url'])}/webhooks/github`;
  return {
    ...{ github, repository, model, astraforge },
    [Symbol.asyncDispose]: async () => {
      await astraforge.end('SIGTERM');
      await Promise.all([github.close(), model[Symbol.asyncDispose]()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

describeWith(['docker', 'codex'], 'a container engine that is restarted in the middle of a run', () => {
  const lacking = privateEngineLacks();
  let engine: PrivateEngine | undefined;

  beforeAll(async () => {
    if (lacking !== undefined) return;
    await using own = await openDocker();
    await own.provisioner.ready();
    engine = await startPrivateEngine(OWN_IMAGE);
  });
  afterAll(() => engine?.[Symbol.asyncDispose]());

  it.for(['SIGTERM', 'SIGKILL'] as const)(
    'by %s: the run is done again once, with one pull request, and never has two live containers',
    { timeout: TEST_TIMEOUT_MS },
    async (signal, { skip }) => {
      if (engine === undefined) return skip(lacking);
      await using place = await openPlace(engine);
      const { github, repository, model, astraforge } = place;
      await using containers = watchContainers(engine.client);
      const at = { repository, by: 'ada' };
      const { issue } = await github.openIssue({ ...at, title: 'Notes' });
      await github.comment({ ...at, number: issue.number, body: '@astraforge write the notes' });
      await until('the agent to work', () => model.requests.length >= 1 && containers.alive().length === 1);
      const looksBefore = containers.looks();
      await engine.restart(signal, DOWN_MS);
      const done = () => github.checkRuns(repository).find((check) => check.status === 'completed');
      const check = await until('a completed check run', done, RECOVERY_DEADLINE_MS);
      expect(check.conclusion, astraforge.output()).toBe('success');
      const outcome = () => seen({ github, repository }, issue.number, check);
      await until('the comment to say so', () => outcome().comments.some(({ body }) => body.includes('Opened pull')));
      await until('no container to be left', async () => (await containers.all()).length === 0, REAPED_WITHIN_MS);
      expect(outcome().pulls).toHaveLength(1);
      expect(outcome().comments).toHaveLength(1);
      expect(github.checkRuns(repository)).toHaveLength(1);
      expect(containers.most()).toBe(1);
      expect(containers.seen.size, [...containers.seen].join(', ')).toBe(2);
      expect(containers.looks()).toBeGreaterThan(looksBefore + 20);
      github.assertNoViolations();
    },
  );
});

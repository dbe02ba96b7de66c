import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seen } from '../flow/ask.ts';
import { containers, guestDirectories, type Rooms } from '../flow/rooms.ts';
import { environment, startHost, until } from '../flow/world.ts';
import type { GitHubStandIn } from '../fakes/github/stand-in.ts';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { spawnProcess, type Spawned } from './spawn-process.ts';

const MODEL_LATENCY_MS = 700;
const RECOVERY_DEADLINE_MS = 120_000;

/** The workspace of a run lost under it, as its operator sees it: how many rooms there were at once, and what came of it. */
function restartedSandbox(
  provisioner: 'local' | 'docker',
  roomsOf: (instance: string, directory: string) => Rooms,
): void {
  let parts: { github: GitHubStandIn; model: ScriptedModel; directory: string };
  let repository: RepositoryRecord;
  let postgres: Postgres;
  let rooms: Rooms;
  let sandboxEnv: Record<string, string>;
  const running: Spawned[] = [];

  beforeAll(async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    const instance = path.basename(directory);
    const [host, model, database] = await Promise.all([
      startHost(),
      startScriptedModel({ scenario: fixFailingTest }),
      startPostgres({ fsync: false }),
    ]);
    postgres = database;
    repository = host.repository;
    parts = { github: host.github, model, directory };
    rooms = roomsOf(instance, `${directory}/rooms`);
    const shared = { SANDBOX_SOCKET: `${directory}/s.sock`, SOCKET_DIRECTORY: `${directory}/doors` };
    sandboxEnv = {
      ...shared,
      PROVISIONER: provisioner,
      SANDBOX_INSTANCE: instance,
      SANDBOX_DIRECTORY: `${directory}/rooms`,
      ...dockerHost(),
    };
    const env = environment(parts, { DATABASE_URL: await postgres.createDatabase() });
    const app = launch('app/main.ts', env);
    const workers = launch('workers/main.ts', { ...env, ...shared, HEALTH_PORT: '0' });
    parts.github.webhookTarget = `${String((await app.said('app serves'))['url'])}/webhooks/github`;
    await workers.said('workers take requests');
  });
  afterAll(async () => {
    await Promise.all(running.map((one) => one.end('SIGTERM')));
    await Promise.all([parts.github.close(), parts.model[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]);
    await rm(parts.directory, { recursive: true, force: true });
  });

  function launch(root: string, env: Readonly<Record<string, string>>): Spawned {
    const one = spawnProcess(root, env);
    running.push(one);
    return one;
  }

  async function ask(): Promise<number> {
    const at = { repository, by: 'ada' };
    const { issue } = await parts.github.openIssue({ ...at, title: 'Rounding' });
    await parts.github.comment({ ...at, number: issue.number, body: '@astraforge fix the failing test' });
    return issue.number;
  }

  it(
    'killed and started again while the agent works: one pull request, never two rooms at once, none left',
    { timeout: 300_000 },
    async () => {
      const first = launch('sandbox/main.ts', sandboxEnv);
      await first.said('sandbox serves');
      parts.model.setLatency(MODEL_LATENCY_MS);
      const issue = await ask();
      await until('the agent to work', () => parts.model.requests.length >= 2, RECOVERY_DEADLINE_MS);
      const before = await rooms.all();
      expect(before).toHaveLength(1);
      await first.end('SIGKILL');
      const second = launch('sandbox/main.ts', sandboxEnv);
      await second.said('sandbox serves');
      parts.model.setLatency(0);

      let mostAtOnce = 0;
      const check = await until(
        'a completed check run',
        async () => {
          mostAtOnce = Math.max(mostAtOnce, (await rooms.all()).length);
          return parts.github.checkRuns(repository).find((one) => one.status === 'completed');
        },
        RECOVERY_DEADLINE_MS,
      );
      expect(check.conclusion).toBe('success');
      expect(mostAtOnce).toBe(1);
      const outcome = seen({ github: parts.github, repository }, issue, check);
      expect([outcome.pulls.length, outcome.comments.length]).toEqual([1, 1]);
      expect(check.output.text).toContain('Taken up again by another worker');
      await until('no room to be left', async () => (await rooms.all()).length === 0, RECOVERY_DEADLINE_MS);
      expect(parts.github.violations).toEqual([]);
    },
  );
}

describeWith(['codex', 'confinement', 'postgres'], 'the sandbox process with local workspaces', () => {
  restartedSandbox('local', (_, directory) => guestDirectories(directory));
});

describeWith(['codex', 'docker', 'postgres'], 'the sandbox process with docker workspaces', () => {
  restartedSandbox('docker', (instance) => containers(instance));
});

/** Where the engine is, for a process that gets nothing else of our environment. */
function dockerHost(): Record<string, string> {
  const { DOCKER_HOST } = process.env;
  return DOCKER_HOST === undefined ? {} : { DOCKER_HOST };
}

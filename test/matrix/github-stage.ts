import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import { startGitHub } from '../fakes/github/stand-in.ts';
import { startScriptedModel } from '../fakes/model/scripted-model.ts';
import { openFlowServices } from '../flow/services.ts';
import { environment } from '../flow/world.ts';
import { start } from '../../deploy/embedded/start.ts';
import { ADMIN, type Stage } from './stage.ts';
import { GITHUB_STANDINGS } from './standings.ts';

/**
 * GitHub with one private repository per standing, each of an owner of its own: what an installation may write in a minute is
 * less than the whole matrix needs.
 */
export async function openGitHubStage(): Promise<Stage> {
  const directory = await mkdtemp(path.join(tmpdir(), 'astraforge-'));
  const [github, model, services] = await Promise.all([startGitHub(), startScriptedModel(), openFlowServices({})]);
  const repositories = new Map<string, RepositoryRecord>();
  const people = new Map(
    [ADMIN, ...GITHUB_STANDINGS.map(({ name }) => name)].map((one) => [one, github.createUser(one)]),
  );
  for (const { name, how } of GITHUB_STANDINGS) {
    const files = { 'README.md': `# ${name}\n` };
    const repository = await github.createRepository({ owner: `at-${name}`, name: 'tool', files, private: true });
    github.setPermission(repository, ADMIN, 'admin');
    github.setPermission(repository, name, how === 'fails' ? 'admin' : how);
    repositories.set(name, repository);
  }
  const refused = github.fault({
    match: { path: /\/collaborators\/lookup-fails\/permission$/ },
    times: Number.POSITIVE_INFINITY,
    status: 403,
    message: 'Resource not accessible by integration',
  });
  const env = environment({ github, model, directory }, { ...services.env, PROVISIONER: 'local' });
  const logs: string[] = [];
  const astraforge = await start(env, { writeLog: (line) => logs.push(line) });
  github.webhookTarget = `${astraforge.url}/webhooks/github`;
  const of = (standing: string): RepositoryRecord => {
    const found = repositories.get(standing);
    if (found === undefined) throw new Error(`nobody stands as ${standing}`);
    return found;
  };
  const actor = (login: string) => ({ id: people.get(login)?.id ?? 0, login, bot: false });
  let branches = 0;
  return {
    astraforge,
    logs,
    modelCalls: () => model.requests.length,
    refusedLookups: () => refused.fired,
    meet(standing) {
      const { id, owner, name, installationId = 0 } = of(standing);
      const repo = { provider: 'github', installationId, id, owner: owner.login, name } as const;
      return { repo, person: actor(standing), admin: actor(ADMIN) };
    },
    async open(standing, kind) {
      const act = { repository: of(standing), by: ADMIN, title: 'A wish' };
      if (kind === 'issue') return { kind, number: (await github.openIssue(act)).issue.number };
      const branch = `wish-${(branches += 1)}`;
      await github.commit({ repository: act.repository, branch, files: { [`${branch}.txt`]: 'wish\n' }, by: ADMIN });
      return { kind, number: (await github.openPullRequest({ ...act, head: branch })).issue.number };
    },
    head: async (standing) => (await github.branches(of(standing))).get('main') ?? '',
    async say(standing, { number }, body) {
      const { delivery } = await github.comment({ repository: of(standing), number, by: standing, body });
      if (delivery.status !== 202) throw new Error(`the webhook was answered ${delivery.status}`);
      return delivery.guid;
    },
    ours: (standing, { number }) =>
      github
        .comments(of(standing), number)
        .filter(({ viaApp }) => viaApp)
        .map(({ body }) => body),
    assertNoViolations: () => github.assertNoViolations(),
    [Symbol.asyncDispose]: async () => {
      await astraforge[Symbol.asyncDispose]();
      await Promise.all([github[Symbol.asyncDispose](), model[Symbol.asyncDispose](), services[Symbol.asyncDispose]()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

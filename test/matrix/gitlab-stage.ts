import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { start } from '../../deploy/embedded/start.ts';
import type { ProjectRecord } from '../fakes/gitlab/records.ts';
import { startGitLab, type GitLabStandIn } from '../fakes/gitlab/stand-in.ts';
import { startScriptedModel } from '../fakes/model/scripted-model.ts';
import { openFlowServices } from '../flow/services.ts';
import { ADMIN, type Place, type Stage } from './stage.ts';
import { GITLAB_STANDINGS, type Membership } from './standings.ts';

const GROUP = 'team';
const LONG_AGO = '2020-01-01';

/** GitLab with one private project in a group's subgroup, where each person stands as they are called. */
export async function openGitLabStage(): Promise<Stage> {
  const directory = await mkdtemp(path.join(tmpdir(), 'astraforge-'));
  const [gitlab, model, services] = await Promise.all([
    startGitLab({ signed: true }),
    startScriptedModel(),
    openFlowServices({}),
  ]);
  const files = { 'README.md': '# tool\n' };
  const repository = await gitlab.createRepository({ owner: `${GROUP}/tools`, name: 'tool', files, private: true });
  const people = new Map(
    [ADMIN, ...GITLAB_STANDINGS.map(({ name }) => name)].map((one) => [one, gitlab.createUser(one)]),
  );
  gitlab.setPermission(repository, ADMIN, 50);
  for (const { name, how } of GITLAB_STANDINGS) admit(gitlab, repository, { name, how });
  const refused = gitlab.fault({
    match: { path: new RegExp(`/members/all/${people.get('lookup-fails')?.id ?? 0}$`) },
    times: Number.POSITIVE_INFINITY,
    status: 403,
    message: '403 Forbidden',
  });
  const logs: string[] = [];
  const env = {
    PATH: process.env.PATH ?? '',
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: gitlab.botToken.token,
    GITLAB_PROJECTS: `${GROUP}/**`,
    GITLAB_WEBHOOK_SECRET: gitlab.webhookSecret,
    GITLAB_WEBHOOK_SIGNING_TOKEN: gitlab.signingSecret ?? '',
    OPENAI_API_KEY: model.apiKey,
    OPENAI_BASE_URL: model.baseUrl,
    DATA_DIRECTORY: directory,
    SANDBOX_INSTANCE: path.basename(directory),
    PROVISIONER: 'local',
    PORT: '0',
    ...services.env,
  };
  const astraforge = await start(env, { writeLog: (line) => logs.push(line) });
  gitlab.webhookTarget = `${astraforge.url}/webhooks/gitlab`;
  const actor = (login: string) => ({ id: people.get(login)?.id ?? 0, login, bot: false });
  const { id, name } = repository;
  const on = ({ kind, number }: Place) => ({ kind: kind === 'issue' ? kind : 'merge_request', number }) as const;
  let branches = 0;
  return {
    astraforge,
    logs,
    modelCalls: () => model.requests.length,
    refusedLookups: () => refused.fired,
    meet: (standing) => ({
      repo: { provider: 'gitlab', installationId: 0, id, owner: repository.namespace.path, name },
      person: actor(standing),
      admin: actor(ADMIN),
    }),
    async open(_, kind) {
      const act = { repository, by: ADMIN, title: 'A wish' };
      if (kind === 'issue') return { kind, number: (await gitlab.openIssue(act)).issue.number };
      const branch = `wish-${(branches += 1)}`;
      await gitlab.commit({ repository, branch, files: { [`${branch}.txt`]: 'wish\n' }, by: ADMIN });
      return { kind, number: (await gitlab.openPullRequest({ ...act, head: branch })).issue.number };
    },
    head: async () => (await gitlab.branches(repository)).get('main') ?? '',
    async say(standing, place, body) {
      const { delivery } = await gitlab.comment({ repository, ...on(place), by: standing, body });
      if (delivery.status !== 202) throw new Error(`the hook was answered ${delivery.status}`);
      return delivery.guid;
    },
    ours: (_, place) =>
      gitlab
        .comments(repository, place.number, on(place).kind)
        .filter(({ author }) => author.id === gitlab.bot.id)
        .map(({ body }) => body),
    assertNoViolations: () => gitlab.assertNoViolations(),
    [Symbol.asyncDispose]: async () => {
      await astraforge[Symbol.asyncDispose]();
      await Promise.all([gitlab.close(), model[Symbol.asyncDispose](), services[Symbol.asyncDispose]()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function admit(
  gitlab: GitLabStandIn,
  repository: ProjectRecord,
  { name, how }: { name: string; how: Membership },
): void {
  if (how === 'none') return;
  if (how === 'fails') return gitlab.setPermission(repository, name, 50);
  if (how === 'expired') return gitlab.setPermission(repository, name, { role: 50, expiresAt: LONG_AGO });
  if (how.project !== undefined) gitlab.setPermission(repository, name, how.project);
  if (how.group !== undefined) gitlab.setGroupPermission(GROUP, name, how.group);
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { start, type Running } from '../../deploy/embedded/start.ts';
import { demoFiles } from '../fakes/demo-files.ts';
import type { NoteableRecord, NoteRecord, ProjectRecord } from '../fakes/gitlab/records.ts';
import { hookHeaders } from '../fakes/gitlab/hook-headers.ts';
import { postHook } from '../fakes/gitlab/hook-post.ts';
import { startGitLab, type GitLabStandIn } from '../fakes/gitlab/stand-in.ts';
import type { Scenario } from '../fakes/model/scenario.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { openFlowServices } from './services.ts';
import { until } from './world.ts';

/** Everything of one test on GitLab: GitLab and the model as stand-ins, all of AstraForge for real, GitLab its only host. */
export interface GitLabFlow extends AsyncDisposable {
  readonly gitlab: GitLabStandIn;
  readonly model: ScriptedModel;
  readonly astraforge: Running;
  readonly repository: ProjectRecord;
  /** Every log line written so far. */
  readonly logs: readonly string[];
}

const REPOSITORY = { owner: 'team/tools', name: 'durations' };

/** Starts all of it, with `ada` and `mona` as maintainers, `dev` as a developer and `rita` as a reporter. */
export async function openGitLabFlow(options: {
  scenario: readonly Scenario[];
  files?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
}): Promise<GitLabFlow> {
  const directory = await mkdtemp(path.join(tmpdir(), 'astraforge-'));
  const [gitlab, model] = await Promise.all([
    startGitLab({ signed: true }),
    startScriptedModel({ scenario: options.scenario }),
  ]);
  const files = { ...(await demoFiles()), ...options.files };
  const repository = await gitlab.createRepository({ ...REPOSITORY, files, private: true });
  for (const [login, role] of [
    ['ada', 40],
    ['mona', 40],
    ['dev', 30],
    ['rita', 20],
  ] as const)
    gitlab.setPermission(repository, login, role);
  const services = await openFlowServices({});
  const env = environment({ gitlab, model, directory });
  const logs: string[] = [];
  const astraforge = await start({ ...env, ...services.env, ...options.env }, { writeLog: (line) => logs.push(line) });
  gitlab.webhookTarget = `${astraforge.url}/webhooks/gitlab`;
  return {
    gitlab,
    model,
    astraforge,
    repository,
    logs,
    [Symbol.asyncDispose]: async () => {
      await astraforge[Symbol.asyncDispose]();
      await Promise.all([gitlab.close(), model[Symbol.asyncDispose](), services[Symbol.asyncDispose]()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function environment(parts: { gitlab: GitLabStandIn; model: ScriptedModel; directory: string }) {
  const { gitlab, model, directory } = parts;
  return {
    PATH: process.env.PATH ?? '',
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: gitlab.botToken.token,
    GITLAB_PROJECTS: 'team/**',
    GITLAB_WEBHOOK_SECRET: gitlab.webhookSecret,
    GITLAB_WEBHOOK_SIGNING_TOKEN: gitlab.signingSecret ?? '',
    OPENAI_API_KEY: model.apiKey,
    OPENAI_BASE_URL: model.baseUrl,
    DATA_DIRECTORY: directory,
    SANDBOX_INSTANCE: path.basename(directory),
    PROVISIONER: 'local',
    PORT: '0',
  };
}

/** An issue or a merge request. */
export type Place = Pick<NoteableRecord, 'kind' | 'number'>;

/** Somebody writes a note. @throws Error when the hook is not answered with 202. */
export async function say({ gitlab, repository }: GitLabFlow, place: Place, act: { by: string; body: string }) {
  const { comment, delivery } = await gitlab.comment({ repository, ...place, ...act });
  if (delivery.status !== 202) throw new Error(`the hook was answered ${delivery.status}`);
  return comment;
}

/** Somebody opens an issue and asks in it. */
export async function askOnIssue(flow: GitLabFlow, body: string, by = 'ada') {
  const { issue } = await flow.gitlab.openIssue({
    repository: flow.repository,
    by,
    title: 'Durations of 59.6 s are wrong',
  });
  const note = await say(flow, issue, { by, body });
  return { issue, note };
}

/** Our own notes there, oldest first; the progress note is among them. */
export function ourNotes({ gitlab, repository }: GitLabFlow, { number, kind }: Place): readonly NoteRecord[] {
  return gitlab.comments(repository, number, kind).filter((note) => note.author.id === gitlab.bot.id);
}

/** The newest progress note there once it reads so. */
export function progressNote(flow: GitLabFlow, place: Place, reads: RegExp): Promise<NoteRecord> {
  return until(`the progress note of ${place.kind} ${place.number} to read ${String(reads)}`, () => {
    const note = ourNotes(flow, place).findLast(({ body }) => body.includes('astraforge:comment:'));
    return note !== undefined && reads.test(note.body) && note;
  });
}

/** An answer of ours there, once there is one that reads so. */
export function answer(flow: GitLabFlow, place: Place, reads: RegExp): Promise<NoteRecord> {
  return until(`an answer that reads ${String(reads)}`, () =>
    ourNotes(flow, place).find(({ body }) => body.includes('astraforge:reply:') && reads.test(body)),
  );
}

/**
 * Sends any body under the right token and signature, as whoever edits a hook's template can have GitLab do; gives its id.
 * @throws Error when it is not answered with 202.
 */
export async function sendHook({ gitlab, repository }: GitLabFlow, event: string, body: object): Promise<string> {
  const url = gitlab.webhookTarget ?? '';
  const { webhookSecret: token, signingSecret } = gitlab;
  const hook = gitlab.addHook({
    repository,
    url,
    token,
    triggers: [],
    ...(signingSecret === undefined ? {} : { signingSecret }),
  });
  const text = JSON.stringify(body);
  const guid = randomUUID();
  const call = { event, body: text, idempotencyKey: guid, instanceUrl: gitlab.url, atMs: Date.now() };
  const { status } = await postHook(
    { url, body: text, headers: hookHeaders(hook, call) },
    new AbortController().signal,
  );
  if (status !== 202) throw new Error(`the hook was answered ${status}`);
  return guid;
}

import { createGitLab, type GitLabDeps, type GitLabHost } from '../../../../app/vcs/gitlab/plugin.ts';
import type { Thread } from '#core/domain/host/inbound.ts';
import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import type { NoteableRecord, ProjectRecord, UserRecord } from '../../../fakes/gitlab/records.ts';
import { startGitLab, type GitLabOptions, type GitLabStandIn } from '../../../fakes/gitlab/stand-in.ts';

/**
 * A stand-in with one private project `team/tools/app`, and the real adapter talking to it over HTTP. Disposing of it
 * throws when anything that was sent or answered departed from what the stand-in knows of GitLab's documentation.
 */
export interface GitLabWorld extends AsyncDisposable {
  readonly gitlab: GitLabStandIn;
  readonly host: GitLabHost;
  readonly repository: ProjectRecord;
  readonly repo: RepoRef;
  /** Head of the default branch `main`. */
  readonly mainSha: string;
  /** Everything given to `registerSecret`, in order. */
  readonly registered: string[];
}

/** Starts both. `deps` replaces parts of what the adapter is given, `projects` whom it works for. */
export async function startGitLabWorld(
  options: GitLabOptions = {},
  deps: Partial<Pick<GitLabDeps, 'now' | 'limits'>> & { projects?: readonly string[]; webhookUrl?: string } = {},
): Promise<GitLabWorld> {
  const gitlab = await startGitLab(options);
  const files = { 'README.md': '# app\n' };
  const repository = await gitlab.createRepository({ owner: 'team/tools', name: 'app', files, private: true });
  const mainSha = (await gitlab.branches(repository)).get('main');
  if (mainSha === undefined) throw new Error('team/tools/app has no main branch');
  const registered: string[] = [];
  const { projects = ['team/**'], webhookUrl, ...rest } = deps;
  const hooks = webhookUrl === undefined ? {} : { webhookUrl };
  const host = createGitLab(
    { url: gitlab.url, token: gitlab.botToken.token, projects, ...hooks },
    { ...rest, registerSecret: (secret) => registered.push(secret) },
  );
  return {
    gitlab,
    host,
    repository,
    repo: repoRef(repository),
    mainSha,
    registered,
    [Symbol.asyncDispose]: async () => {
      const violations = gitlab.takeViolations();
      await gitlab.close();
      if (violations.length > 0) throw new Error(`GitLab was departed from: ${JSON.stringify(violations)}`);
    },
  };
}

/** The project as a hook would name it. */
export function repoRef({ id, name, namespace }: ProjectRecord): RepoRef {
  return { provider: 'gitlab', installationId: 0, id, owner: namespace.path, name };
}

/** The account as a hook would name it. */
export function actorOf({ id, login, bot }: UserRecord): Actor {
  return { id, login, bot };
}

/** The conversation as a hook would name it. */
export function threadOf({ kind, number, title, body }: NoteableRecord): Thread {
  return { kind: kind === 'issue' ? 'issue' : 'pull', number, title, body };
}

import { z } from 'zod';
import { originOf } from '#core/domain/host/git-url.ts';
import { PROVIDERS, type Provider, type RepoRef } from '#core/domain/host/repo.ts';
import type { Redactor } from '#core/domain/text/secrets.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { WriteBudget } from '#core/ports/write-budget.ts';
import type { GitServer } from '#core/ports/host/git-server.ts';
import type { WebhookDoor } from '#core/ports/host/webhook-door.ts';
import { GitServerVariables, plainGitOptions } from './vcs/git/variables.ts';
import { gitHubOptions, GitHubAppVariables, GitHubDoorVariables } from './vcs/github/wire/variables.ts';
import { gitLabOptions, GitLabDoorVariables, GitLabTokenVariables } from './vcs/gitlab/wire/variables.ts';
import { dispatchHosts, type WorkingHost } from './git-hosts.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Variables of which one is enough to say that a host is wanted. Addresses of GitHub are not: they are for its set-up page too. */
const SIGNS: Readonly<Record<Provider, readonly string[]>> = {
  github: ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'REVIEWER_APP_ID', 'REVIEWER_PRIVATE_KEY'],
  gitlab: Object.keys({ ...GitLabTokenVariables.shape, ...GitLabDoorVariables.shape }),
  git: Object.keys(GitServerVariables.shape),
};

/** The Git hosts that an environment names, rightly or not. */
export function namedHosts(env: Env): Provider[] {
  const isNamed = (name: string): boolean => (env[name] ?? '').trim() !== '';
  return PROVIDERS.filter((provider) => SIGNS[provider].some(isNamed));
}

const INSTEAD = 'not needed when GitLab alone is served, see docs/guides/gitlab.md';

/** Whether a variable must be there. What is optional must still be right when it is. */
function needs(env: Env) {
  const named = namedHosts(env);
  const nobody = named.length === 0;
  const saying = <Schema extends z.ZodType>(schema: Schema, words: string | undefined): Schema =>
    words === undefined ? schema : schema.describe(words);
  return <Schema extends z.ZodType>(provider: Provider, schema: Schema): Schema | z.ZodOptional<Schema> => {
    const { description } = schema;
    if (named.includes(provider)) return schema;
    if (nobody && provider === 'github') return saying(schema, `${description}; ${INSTEAD}`);
    return saying(schema.optional(), description);
  };
}

/**
 * Variables of the doors that hosts knock at. Of a host that is named, all; with no host named, GitHub's, so that their
 * lack is told.
 */
export function doorVariables(env: Env) {
  const need = needs(env);
  return z.object({
    WEBHOOK_SECRET: need('github', GitHubDoorVariables.shape.WEBHOOK_SECRET),
    ...GitLabDoorVariables.shape,
    GITLAB_WEBHOOK_SECRET: need('gitlab', GitLabDoorVariables.shape.GITLAB_WEBHOOK_SECRET),
  });
}
export type DoorVariables = z.infer<ReturnType<typeof doorVariables>>;

/** Where the hosts are, for whoever only tells people so. */
export const addressVariables = z.object({
  GITHUB_SERVER_URL: GitHubAppVariables.shape.GITHUB_SERVER_URL,
  GITLAB_URL: GitLabTokenVariables.shape.GITLAB_URL,
  GIT_HOSTS: GitServerVariables.shape.GIT_HOSTS.optional(),
});

/** The address of the host that a repository is on, to be shown. */
export function hostAddresses(config: z.infer<typeof addressVariables>): (repo: RepoRef) => string {
  const addresses: Readonly<Record<Provider, (repo: RepoRef) => string>> = {
    github: () => config.GITHUB_SERVER_URL,
    gitlab: () => config.GITLAB_URL,
    git: ({ owner }) => originOf(owner),
  };
  return (repo) => addresses[repo.provider](repo);
}

/** Variables of the side that talks to hosts, as {@link doorVariables}. */
export function talkVariables(env: Env) {
  const need = needs(env);
  return z.object({
    ...GitHubAppVariables.shape,
    APP_ID: need('github', GitHubAppVariables.shape.APP_ID),
    PRIVATE_KEY: need('github', GitHubAppVariables.shape.PRIVATE_KEY),
    ...GitLabTokenVariables.shape,
    GITLAB_TOKEN: need('gitlab', GitLabTokenVariables.shape.GITLAB_TOKEN),
    GITLAB_PROJECTS: need('gitlab', GitLabTokenVariables.shape.GITLAB_PROJECTS),
    GIT_HOSTS: need('git', GitServerVariables.shape.GIT_HOSTS),
    GIT_CREDENTIALS: need('git', GitServerVariables.shape.GIT_CREDENTIALS),
  });
}
export type TalkVariables = z.infer<ReturnType<typeof talkVariables>>;

/** Opens a door per host that has one configured. The code of a host that has none is never loaded. */
export async function openDoors(config: DoorVariables): Promise<ReadonlyMap<Provider, WebhookDoor>> {
  const doors = new Map<Provider, WebhookDoor>();
  const { WEBHOOK_SECRET, GITLAB_WEBHOOK_SECRET, GITLAB_WEBHOOK_SIGNING_TOKEN: signingToken } = config;
  if (WEBHOOK_SECRET !== undefined) {
    const { openGitHubDoor } = await import('./vcs/github/inbound/app.ts');
    const door = await openGitHubDoor({ webhookSecret: WEBHOOK_SECRET });
    doors.set('github', (knock) => door.admit(knock));
  }
  if (GITLAB_WEBHOOK_SECRET !== undefined) {
    const { openGitLabDoor } = await import('./vcs/gitlab/inbound/hook.ts');
    const signed = signingToken === undefined ? {} : { signingToken };
    const door = openGitLabDoor({ webhookSecret: GITLAB_WEBHOOK_SECRET, ...signed });
    doors.set('gitlab', (knock) => door.admit(knock));
  }
  return doors;
}

/** Addresses of the hosts that are configured. */
export function hostUrls(config: TalkVariables): string[] {
  return [
    ...(config.APP_ID === undefined ? [] : [config.GITHUB_SERVER_URL]),
    ...(config.GITLAB_TOKEN === undefined ? [] : [config.GITLAB_URL]),
    ...(config.GIT_HOSTS ?? []),
  ];
}

/** What hosts are opened with. */
interface HostDeps {
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly store: { readonly writeBudget: WriteBudget };
  /** What asks plain Git servers. */
  readonly server: GitServer;
}

/**
 * Opens the Git hosts that are configured, as one: the side that talks, which holds their keys and so belongs to the
 * workers. Every token is known to the redactor as long as it is valid. A new host is one folder in `vcs/`, its variables
 * above and a branch here.
 */
export async function openGitHosts(config: TalkVariables, deps: HostDeps): Promise<ReturnType<typeof dispatchHosts>> {
  const hosts = new Map<Provider, WorkingHost>();
  const { APP_ID, PRIVATE_KEY, GITLAB_TOKEN, GITLAB_PROJECTS, GIT_HOSTS, GIT_CREDENTIALS } = config;
  // What never changes outlives every use of it, so nothing here ever forgets it.
  const forGood = { registerSecret: (secret: string): void => void deps.redactor.register(secret) };
  if (APP_ID !== undefined && PRIVATE_KEY !== undefined) {
    const { createGitHub } = await import('./vcs/github/plugin.ts');
    const options = gitHubOptions({ ...config, APP_ID, PRIVATE_KEY });
    hosts.set(
      'github',
      forgettingRevoked(deps.redactor, (registerSecret) =>
        createGitHub(options, { logger: deps.logger, registerSecret, budget: deps.store.writeBudget }),
      ),
    );
  }
  if (GITLAB_TOKEN !== undefined && GITLAB_PROJECTS !== undefined) {
    const { createGitLab } = await import('./vcs/gitlab/plugin.ts');
    hosts.set('gitlab', createGitLab(gitLabOptions({ ...config, GITLAB_TOKEN, GITLAB_PROJECTS }), forGood));
  }
  if (GIT_HOSTS !== undefined && GIT_CREDENTIALS !== undefined) {
    const { createPlainGit } = await import('./vcs/git/plugin.ts');
    const options = plainGitOptions({ ...config, GIT_HOSTS, GIT_CREDENTIALS });
    hosts.set('git', createPlainGit(options, { ...forGood, server: deps.server }));
  }
  return dispatchHosts(hosts);
}

/** Node keeps a list per distinct duration until it has passed, so that durations of to-the-millisecond would pile up. */
const FORGET_STEP_MS = 60_000;

/** A host whose minted tokens the redactor knows until they are revoked or expire. */
function forgettingRevoked(
  redactor: Redactor,
  create: (registerSecret: (secret: string, expiresAt?: string) => void) => WorkingHost,
): WorkingHost {
  const live = new Map<string, () => void>();
  const forget = (secret: string): void => {
    live.get(secret)?.();
    live.delete(secret);
  };
  const host = create((secret, expiresAt) => {
    const unregister = redactor.register(secret);
    if (expiresAt === undefined) return void live.set(secret, unregister);
    const steps = Math.max(1, Math.ceil((Date.parse(expiresAt) - Date.now()) / FORGET_STEP_MS));
    const timer = setTimeout(forget, steps * FORGET_STEP_MS, secret).unref();
    live.set(secret, () => {
      clearTimeout(timer);
      unregister();
    });
  });
  return {
    ...host,
    async revoke(access) {
      await host.revoke(access);
      forget(access.token);
    },
  };
}

/** The kinds of Git host; `git` is any server that speaks Git over HTTPS and is asked for nothing else. */
export const PROVIDERS = ['github', 'gitlab', 'git'] as const;
export type Provider = (typeof PROVIDERS)[number];

/**
 * A repository on a Git host. `id` is the host's own number and survives renames; `owner/name` is for people and URLs
 * (on GitLab `owner` is the whole namespace, e.g. `group/sub`). A plain Git server has neither: there the two are the whole
 * URL, and the number is made of it.
 */
export interface RepoRef {
  readonly provider: Provider;
  /** GitHub: the App's installation that reaches it. Other hosts have none: 0. */
  readonly installationId: number;
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}

/**
 * An account on a Git host; `id` is the host's number, which a rename does not change. Somebody who calls the REST API has no
 * account there: a negative number made of tenant and name stands for them (`caller-actor.ts`), and `login` is that name.
 */
export interface Actor {
  readonly id: number;
  readonly login: string;
  readonly bot: boolean;
}

/** Whether it is somebody who called the REST API; hosts number their accounts from 1 on. */
export function isCaller({ id }: Pick<Actor, 'id'>): boolean {
  return id < 0;
}

/** Stands for whatever an alert asks for, behind which is nobody: no host has an account of this number. */
export const ALERT_ACTOR_ID = 0;

/** Whether no person asked, but an alert. */
export function isAlert({ id }: Pick<Actor, 'id'>): boolean {
  return id === ALERT_ACTOR_ID;
}

/** Who asked, in a text for the host. Callers of the API and alerts are not mentioned: who has that name there is somebody else. */
export function personName(actor: Actor): string {
  if (isAlert(actor)) return `the ${actor.login}`;
  return isCaller(actor) ? `${actor.login.replaceAll(/[^\p{L}\p{N} ._-]/gu, ' ')} (REST API)` : `@${actor.login}`;
}

/** `owner/name`, as people write it; on a plain Git server the URL. */
export function fullName(repo: RepoRef): string {
  return `${repo.owner}/${repo.name}`;
}

/** The kinds of Git host. */
export const PROVIDERS = ['github', 'gitlab'] as const;
export type Provider = (typeof PROVIDERS)[number];

/**
 * A repository on a Git host. `id` is the host's own number and survives renames; `owner/name` is for people and URLs
 * (on GitLab `owner` is the whole namespace, e.g. `group/sub`).
 */
export interface RepoRef {
  readonly provider: Provider;
  /** GitHub: the App's installation that reaches it. GitLab has none: 0. */
  readonly installationId: number;
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}

/** An account on a Git host; `id` is the host's number, which a rename does not change. */
export interface Actor {
  readonly id: number;
  readonly login: string;
  readonly bot: boolean;
}

/** `owner/name`, as people write it. */
export function fullName(repo: RepoRef): string {
  return `${repo.owner}/${repo.name}`;
}

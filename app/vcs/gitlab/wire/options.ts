import type { GitAuthor } from '#core/contracts/host-variables.ts';

/** Settings of the GitLab host, already parsed. */
export interface GitLabOptions {
  /** Address for people, git and API: `https://gitlab.com`, or with a relative URL root `https://HOST/gitlab`. */
  readonly url: string;
  /** A project, group or service account's token with scope `api` and, for git, `write_repository`. */
  readonly token: string;
  /** The same of a second account, which reviews; the first one does when absent. */
  readonly reviewerToken?: string;
  /** Projects we work for, see {@link createProjectFilter}; everything else is turned away. */
  readonly projects: readonly string[];
  /** The address that webhooks call us at; without it what they delivered is not looked through. */
  readonly webhookUrl?: string;
  /** Whose name commits carry; the token's own account when absent. */
  readonly gitAuthor?: GitAuthor;
}

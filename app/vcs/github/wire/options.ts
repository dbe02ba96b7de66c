import type { GitAuthor } from '#core/contracts/host-variables.ts';

/** Settings of the GitHub host, already parsed. */
export interface GitHubOptions {
  /** The App's number, from its settings page. */
  readonly appId: number;
  /** PEM, PKCS#1 as GitHub hands it out or PKCS#8. */
  readonly privateKey: string;
  /** `https://api.github.com`, or `https://HOST/api/v3` for GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** Where people and git go: `https://github.com`, or `https://HOST`. */
  readonly webUrl: string;
  /** Whose name commits carry; the App's bot account when absent. */
  readonly gitAuthor?: GitAuthor;
  /** A second App that reviews, installed beside the first; the first one reviews when absent. */
  readonly reviewer?: AppKey;
}

/** What an App proves itself by: its number, and its key as PEM. */
export type AppKey = Pick<GitHubOptions, 'appId' | 'privateKey'>;

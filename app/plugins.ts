import type { Redactor } from '#core/domain/secrets.ts';
import type { Logger } from '#core/ports/runtime.ts';
import { createGitHub, type GitHubHost } from './vcs/github/plugin.ts';
import { gitHubOptions, type GitHubVariables } from './vcs/github/variables.ts';

/**
 * Opens the Git host: the side that talks, which holds the App's key and so belongs to the workers. Every token it
 * mints is known to the redactor until it expires. A new host is one folder in `vcs/` and one line here.
 */
export function openGitHost(config: GitHubVariables, deps: { logger: Logger; redactor: Redactor }): GitHubHost {
  const registerSecret = (secret: string, expiresAt?: string): void => {
    const forget = deps.redactor.register(secret);
    if (expiresAt !== undefined) setTimeout(forget, Math.max(0, Date.parse(expiresAt) - Date.now())).unref();
  };
  return createGitHub(gitHubOptions(config), { logger: deps.logger, registerSecret });
}

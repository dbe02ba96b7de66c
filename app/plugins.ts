import type { Redactor } from '#core/domain/secrets.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { WriteBudget } from '#core/ports/write-budget.ts';
import { createGitHub, type GitHubHost } from './vcs/github/plugin.ts';
import { gitHubOptions, type GitHubAppVariables } from './vcs/github/variables.ts';

/** Node keeps a list per distinct duration until it has passed, so that durations of to-the-millisecond would pile up. */
const FORGET_STEP_MS = 60_000;

/** What a host is opened with. */
interface HostDeps {
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly store: { readonly writeBudget: WriteBudget };
}

/**
 * Opens the Git host: the side that talks, which holds the App's key and so belongs to the workers. Every token it
 * mints is known to the redactor until it is revoked or expires. A new host is one folder in `vcs/` and one line here.
 */
export function openGitHost(config: GitHubAppVariables, deps: HostDeps): GitHubHost {
  const live = new Map<string, () => void>();
  const forget = (secret: string): void => {
    live.get(secret)?.();
    live.delete(secret);
  };
  const registerSecret = (secret: string, expiresAt?: string): void => {
    const unregister = deps.redactor.register(secret);
    if (expiresAt === undefined) return void live.set(secret, unregister);
    const steps = Math.max(1, Math.ceil((Date.parse(expiresAt) - Date.now()) / FORGET_STEP_MS));
    const timer = setTimeout(forget, steps * FORGET_STEP_MS, secret).unref();
    live.set(secret, () => {
      clearTimeout(timer);
      unregister();
    });
  };
  const host = createGitHub(gitHubOptions(config), {
    logger: deps.logger,
    registerSecret,
    budget: deps.store.writeBudget,
  });
  return {
    ...host,
    async revoke(access) {
      await host.revoke(access);
      forget(access.token);
    },
  };
}

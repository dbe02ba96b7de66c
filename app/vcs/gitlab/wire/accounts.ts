import type { Actor } from '#core/domain/host/repo.ts';

/*
 * Hooks say of an account its number and its name, never whether it is a bot; these are the names that GitLab gives to
 * bots and keeps for them. An account with another name may be one all the same, so whoever must not answer itself
 * compares numbers. Sources: https://docs.gitlab.com/administration/internal_users/ (access tokens, internal users) and
 * https://docs.gitlab.com/user/profile/service_accounts/ (names that a service account has unless it was given one).
 */
const BOTS: readonly RegExp[] = [
  /^(?:project|group)_\d+_bot(?:\d+|_[\da-z]+)?$/i,
  /^service_account_(?:group_\d+_|project_\d+_)?[\da-f]+$/i,
  /^gitlab-(?:admin|automation|migration|security(?:-policy)?)-bot$/i,
  /^(?:alert-bot|support-bot|visual-review-bot|ghost|GitLabDuo)\d*$/i,
];

/** Whether GitLab gives such a name to bots only. */
export function isBotName(username: string): boolean {
  return BOTS.some((pattern) => pattern.test(username));
}

/** An account as a hook names it. */
export function actorOf({ id, username }: { id: number; username: string }): Actor {
  return { id, login: username, bot: isBotName(username) };
}

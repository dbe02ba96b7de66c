/** What a person may do in a repository, least first, in GitHub's `role_name` words. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
/** A role; a host with other words maps to the nearest lower one. */
export type Role = (typeof ROLES)[number];

/** Whether a role is `least` or more. */
export function hasRole(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Whether a person with this role may start a run: write or more, because a run ends in a branch and a pull request. */
export function mayCommand(role: Role): boolean {
  return hasRole(role, 'write');
}

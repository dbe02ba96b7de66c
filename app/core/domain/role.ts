/** What a person may do in a repository, in GitHub's `role_name` words; a host with other words maps to the nearest lower one. */
export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

const MAY_COMMAND: ReadonlySet<Role> = new Set<Role>(['write', 'maintain', 'admin']);

/** Whether a person with this role may start a run: write or more, because a run ends in a branch and a pull request. */
export function mayCommand(role: Role): boolean {
  return MAY_COMMAND.has(role);
}

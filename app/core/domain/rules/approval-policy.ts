import type { ApprovalMode, RepositoryRules } from './repository-rules.ts';
import { hasRole, type Role } from './role.ts';

/** Who asks: a person in this role, or an alert, behind which nobody stands. */
export type Asker = Role | 'alert';

/**
 * What has to be approved of a request. People with write access or more need nothing unless the repository says otherwise;
 * everybody else needs approval before anything is published. A `none` that was said for all (`approval: none`) is said
 * about those who could push anyway: below write access only `others: none` takes the approval away, and for an alert only
 * `alerts: none`.
 */
export function approvalFor({ approval }: Pick<RepositoryRules, 'approval'>, asker: Asker): ApprovalMode {
  if (asker !== 'alert' && hasRole(asker, 'write')) return approval.maintainers ?? approval.default ?? 'none';
  if (asker !== 'alert' && approval.others !== undefined) return approval.others;
  if (asker === 'alert' && approval.alerts !== undefined) return approval.alerts;
  const asked = approval.others ?? approval.default ?? 'publish';
  return asked === 'none' ? 'publish' : asked;
}

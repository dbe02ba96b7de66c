import type { IssueRecord, LabelRecord } from './records.ts';
import { nodeId, renderUser } from './render-user.ts';
import type { World } from './world.ts';

/** GitHub's `label`; `repositoryUrl` is the repository's in the API. */
export function renderLabel(repositoryUrl: string, label: LabelRecord) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: 'ededed',
    default: false,
    description: null,
  };
}

/** Who is to work on an issue or pull request: the first alone, as before GitHub allowed several, and all. */
export function renderAssignees(world: World, issue: IssueRecord) {
  const assignees = issue.assignees.map((one) => renderUser(world, one));
  return { assignee: assignees[0] ?? null, assignees };
}

import { findComment, parties, remove, type Act, type ThreadAct } from './acts.ts';
import { addReaction } from './conversations.ts';
import type { IssueRecord, ReactionContent, RepositoryRecord } from './records.ts';
import { renderLabel } from './render-marks.ts';
import { isPull } from './render-pull.ts';
import { renderUser } from './render-user.ts';
import { announceIssue, announcePull, type Happening } from './webhook-events.ts';
import type { Delivery } from './webhook-sender.ts';
import { issueNumbered, labelNamed, userNamed, type World } from './world.ts';

interface Outcome {
  readonly issue: IssueRecord;
  readonly delivery: Delivery;
}

/** What people put on issues and pull requests, and take off again. */
export interface MarkActs {
  /** The repository gets the label on first mention. */
  label(act: ThreadAct & { label: string }): Promise<Outcome>;
  unlabel(act: ThreadAct & { label: string }): Promise<Outcome>;
  assign(act: ThreadAct & { assignee: string }): Promise<Outcome>;
  unassign(act: ThreadAct & { assignee: string }): Promise<Outcome>;
  /** On a comment of a conversation. GitHub calls no webhook for it. */
  react(act: Act & { commentId: number; content: ReactionContent }): void;
}

/** Binds the acts to one world. */
export function createMarkActs(world: World): MarkActs {
  return {
    label: (act) => mark(world, act, { on: labels, action: 'labeled' }),
    unlabel: (act) => mark(world, act, { on: labels, action: 'unlabeled' }),
    assign: (act) => mark(world, act, { on: assignees, action: 'assigned' }),
    unassign: (act) => mark(world, act, { on: assignees, action: 'unassigned' }),
    react: (act) => {
      const { repository, user } = parties(world, act);
      addReaction(world, findComment(repository, act.commentId).comment.reactions, { user, content: act.content });
    },
  };
}

type MarkAct = ThreadAct & { readonly label?: string; readonly assignee?: string };

interface Marking {
  readonly action: 'labeled' | 'unlabeled' | 'assigned' | 'unassigned';
  /** Puts on or takes off, and returns what the webhook adds. Throws when it is so already. */
  readonly on: (
    world: World,
    place: { repository: RepositoryRecord; issue: IssueRecord },
    act: MarkAct,
  ) => {
    readonly isOn: boolean;
    readonly flip: () => void;
    readonly more: Readonly<Record<string, unknown>>;
  };
}

async function mark(world: World, act: MarkAct, { on, action }: Marking): Promise<Outcome> {
  const { repository, user } = parties(world, act);
  const issue = issueNumbered(repository, act.number);
  const { isOn, flip, more } = on(world, { repository, issue }, act);
  if (isOn !== action.startsWith('un')) throw new Error(`#${act.number} is ${action} so already`);
  flip();
  issue.updatedAt = world.now();
  const happening: Happening = { action, sender: user, more };
  const delivery = await (isPull(issue)
    ? announcePull(world, { repository, issue }, happening)
    : announceIssue(world, { repository, issue }, happening));
  return { issue, delivery };
}

const labels: Marking['on'] = (world, { repository, issue }, act) => {
  const label = labelNamed(world, repository, act.label ?? '');
  const isOn = issue.labels.includes(label);
  const more = { label: renderLabel(`${world.apiUrl}/repos/${repository.fullName}`, label) };
  return { isOn, flip: () => (isOn ? remove(issue.labels, label) : issue.labels.push(label)), more };
};

const assignees: Marking['on'] = (world, { issue }, act) => {
  const user = userNamed(world, act.assignee ?? '');
  const isOn = issue.assignees.includes(user);
  const more = { assignee: renderUser(world, user) };
  return { isOn, flip: () => (isOn ? remove(issue.assignees, user) : issue.assignees.push(user)), more };
};

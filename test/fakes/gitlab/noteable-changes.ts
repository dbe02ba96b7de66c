import { addNote, checkTexts, setState } from './conversations.ts';
import { hookLabel, hookPerson } from './hook-attributes.ts';
import type { NoteableRecord, ProjectRecord, UserRecord } from './records.ts';
import { announceIssue, announceMergeRequest, type Changes, type Happening } from './webhook-events.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

/** What may be changed of an issue or merge request; absent fields stay. */
export interface NoteableChange {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly UserRecord[] | undefined;
  readonly state?: 'opened' | 'closed' | undefined;
}

/** Where, and by whom. */
export interface ChangePlace {
  readonly project: ProjectRecord;
  readonly noteable: NoteableRecord;
  readonly by: UserRecord;
}

/**
 * Applies a change and announces it: `close` and `reopen` by their own action, the rest by `update` with `changes`.
 * Resolves when the hook has been answered; undefined when nothing changed.
 */
export async function changeNoteable(
  world: World,
  place: ChangePlace,
  change: NoteableChange,
): Promise<Delivery | undefined> {
  const { project, noteable, by } = place;
  checkTexts(change);
  const changes = applyFields(project, noteable, change);
  const turned = change.state !== undefined && setState(world, noteable, { state: change.state, by });
  if (!turned && Object.keys(changes).length === 0) return undefined;
  if ('description' in changes) addNote(world, noteable, { author: by, body: 'changed the description', system: true });
  noteable.updatedAt = world.now();
  const turn = change.state === 'closed' ? 'close' : 'reopen';
  return announce(world, place, { action: turned ? turn : 'update', by, changes });
}

/** Delivers the hook that fits the kind. */
function announce(world: World, { project, noteable }: ChangePlace, happening: Happening): Promise<Delivery> {
  return noteable.kind === 'issue'
    ? announceIssue(world, { project, issue: noteable }, happening)
    : announceMergeRequest(world, { project, mergeRequest: noteable }, happening);
}

function applyFields(project: ProjectRecord, noteable: NoteableRecord, change: NoteableChange): Changes {
  const changes: Record<string, { previous: unknown; current: unknown }> = {};
  if (change.title !== undefined && change.title !== noteable.title) {
    changes['title'] = { previous: noteable.title, current: change.title };
    noteable.title = change.title;
  }
  if (change.body !== undefined && change.body !== noteable.body) {
    changes['description'] = { previous: noteable.body, current: change.body };
    noteable.body = change.body;
  }
  const { labels, assignees } = change;
  if (labels !== undefined && labels.toSorted().join() !== noteable.labels.toSorted().join()) {
    const render = (titles: readonly string[]): unknown => titles.map((title) => hookLabel(project, title));
    changes['labels'] = { previous: render(noteable.labels), current: render(labels) };
    noteable.labels = labels;
  }
  if (assignees !== undefined && idsOf(assignees) !== idsOf(noteable.assignees)) {
    changes['assignees'] = { previous: noteable.assignees.map(hookPerson), current: assignees.map(hookPerson) };
    noteable.assignees = assignees;
  }
  return changes;
}

function idsOf(users: readonly UserRecord[]): string {
  return users.map((one) => one.id).join();
}

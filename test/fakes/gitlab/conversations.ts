import { randomBytes } from 'node:crypto';
import { badRequest, notFound, refused } from './failure.ts';
import type { Position } from './position.ts';
import type { IssueRecord, NoteableRecord, NoteRecord, ProjectRecord, ReactionRecord, UserRecord } from './records.ts';
import type { World } from './world.ts';

// https://docs.gitlab.com/administration/instance_limits/: size of comments and descriptions, comments per object.
const NOTE_CHARS_MAX = 1_000_000;
const DESCRIPTION_CHARS_MAX = 1_048_576;
const TITLE_CHARS_MAX = 255;
const NOTES_MAX = 5_000;
const DISCUSSION_ID_BYTES = 20;

/** @throws GitLabFailure 400 when a title or description is empty or longer than GitLab stores. */
export function checkTexts({
  title,
  body,
}: {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
}): void {
  if (title === '') throw refused(400, { title: ["can't be blank"] });
  if (title !== undefined && [...title].length > TITLE_CHARS_MAX) {
    throw refused(400, { title: [`is too long (maximum is ${TITLE_CHARS_MAX} characters)`] });
  }
  if (body !== undefined && [...body].length > DESCRIPTION_CHARS_MAX) {
    throw refused(400, { description: [`is too long (maximum is ${DESCRIPTION_CHARS_MAX} characters)`] });
  }
}

/** What a new issue or merge request starts with. */
export function newNoteable(
  world: World,
  input: { readonly author: UserRecord; readonly title: string; readonly body: string },
) {
  checkTexts(input);
  const at = world.now();
  return {
    id: world.nextId(),
    ...input,
    createdAt: at,
    updatedAt: at,
    closedAt: undefined,
    closedBy: undefined,
    assignees: [],
    reactions: [],
    notes: [],
  };
}

/** Files a new issue. */
export function addIssue(
  world: World,
  project: ProjectRecord,
  input: {
    readonly author: UserRecord;
    readonly title: string;
    readonly body: string;
    readonly labels: readonly string[];
  },
): IssueRecord {
  const { labels, ...texts } = input;
  const number = project.issues.size + 1;
  const issue: IssueRecord = {
    ...newNoteable(world, texts),
    kind: 'issue',
    number,
    state: 'opened',
    labels,
    links: [],
  };
  project.issues.set(number, issue);
  return issue;
}

/** Opens or closes; returns false when it was so already, or is merged. */
export function setState(
  world: World,
  noteable: NoteableRecord,
  change: { readonly state: 'opened' | 'closed'; readonly by: UserRecord },
): boolean {
  if (noteable.state === change.state || noteable.state === 'merged') return false;
  noteable.state = change.state;
  noteable.updatedAt = world.now();
  noteable.closedAt = change.state === 'closed' ? world.now() : undefined;
  noteable.closedBy = change.state === 'closed' ? change.by : undefined;
  return true;
}

/** A note to write. Without `discussionId` it starts a discussion of its own. */
export interface NoteInput {
  readonly author: UserRecord;
  readonly body: string;
  readonly type?: NoteRecord['type'];
  readonly discussionId?: string;
  readonly system?: boolean;
  readonly action?: string;
  readonly position?: Position | undefined;
  readonly lineCode?: string | undefined;
}

/** @throws GitLabFailure 400 when the text is empty, too long, or one note too many. */
export function addNote(world: World, noteable: NoteableRecord, input: NoteInput): NoteRecord {
  checkNoteText(input.body);
  if (noteable.notes.length >= NOTES_MAX) throw badRequest('Note {:base=>["Maximum number of comments exceeded"]}');
  const at = world.now();
  const note: NoteRecord = {
    id: world.nextId(),
    author: input.author,
    createdAt: at,
    updatedAt: at,
    body: input.body,
    type: input.type ?? null,
    discussionId: input.discussionId ?? randomBytes(DISCUSSION_ID_BYTES).toString('hex'),
    system: input.system ?? false,
    action: input.action,
    lastEditedAt: undefined,
    position: input.position,
    lineCode: input.lineCode,
    resolvedBy: undefined,
    resolvedAt: undefined,
    reactions: [],
  };
  noteable.notes.push(note);
  noteable.updatedAt = at;
  return note;
}

function checkNoteText(body: string): void {
  if (body.trim() === '') throw badRequest('Note {:note=>["can\'t be blank"]}');
  if ([...body].length <= NOTE_CHARS_MAX) return;
  throw badRequest(`Note {:note=>["is too long (maximum is ${NOTE_CHARS_MAX} characters)"]}`);
}

/** Replaces a note's text and returns the former one. */
export function changeNote(world: World, note: NoteRecord, body: string): string {
  checkNoteText(body);
  const former = note.body;
  note.body = body;
  note.lastEditedAt = world.now();
  note.updatedAt = note.lastEditedAt;
  return former;
}

/** Removes a note for good. */
export function removeNote(noteable: NoteableRecord, note: NoteRecord): void {
  noteable.notes.splice(noteable.notes.indexOf(note), 1);
}

/** Whether a thread can be resolved: https://docs.gitlab.com/api/notes/ gives `resolvable` per note. */
export function isResolvable(note: NoteRecord): boolean {
  return !note.system && note.type !== null;
}

/** Resolves or reopens every note of a discussion. */
export function resolveDiscussion(
  world: World,
  notes: readonly NoteRecord[],
  { resolved, by }: { readonly resolved: boolean; readonly by: UserRecord },
): void {
  for (const note of notes.filter(isResolvable)) {
    note.resolvedBy = resolved ? by : undefined;
    note.resolvedAt = resolved ? world.now() : undefined;
    note.updatedAt = world.now();
  }
}

/**
 * Awards an emoji. The same name by the same user exists once.
 * @throws GitLabFailure 404 for a second one, as GitLab answers it, and for what is no emoji's name.
 */
export function addReaction(
  world: World,
  { reactions, note }: { readonly reactions: ReactionRecord[]; readonly note: NoteRecord | undefined },
  input: { readonly user: UserRecord; readonly content: string },
): ReactionRecord {
  if (!/^[a-z0-9_+-]+$/.test(input.content)) throw notFound('Award Emoji Name is not a valid emoji name');
  if (reactions.some((one) => one.user.id === input.user.id && one.content === input.content)) {
    throw notFound('Award Emoji Name has already been taken');
  }
  const reaction: ReactionRecord = { id: world.nextId(), ...input, createdAt: world.now() };
  reactions.push(reaction);
  // An emoji moves the time of a note, and not that of an issue or merge request: app/models/award_emoji.rb
  if (note) note.updatedAt = world.now();
  return reaction;
}

import { addIssue, addNote, changeNote, removeNote } from './conversations.ts';
import { changeNoteable } from './noteable-changes.ts';
import type { IssueRecord, NoteableRecord, NoteRecord, ProjectRecord, UserRecord } from './records.ts';
import { announceIssue, announceNote } from './webhook-events.ts';
import { addUpload } from './uploads.ts';
import type { Delivery } from './webhook-sender.ts';
import type { RepositoryName } from '../git-host/commits.ts';
import { repositoryNamed, userNamed, type World } from './world.ts';

/** Who does it (a user name, created on first mention) and where. */
export interface Act {
  readonly repository: RepositoryName;
  readonly by: string;
}

/**
 * An issue or merge request by its number. GitLab numbers the two apart: `kind` tells which is meant, and is needed
 * only where both exist.
 */
export interface ActOn extends Act {
  readonly number: number;
  readonly kind?: NoteableRecord['kind'];
}

/** What people do in conversations on the web site. Each act changes the state, and resolves when its hook has been answered. */
export interface People {
  openIssue(
    act: Act & { title: string; body?: string; labels?: readonly string[] },
  ): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  closeIssue(act: Act & { number: number }): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  reopenIssue(act: Act & { number: number }): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  /** Title or description of an issue or merge request. */
  editIssue(act: ActOn & { title?: string; body?: string }): Promise<{ delivery: Delivery }>;
  /** The labels that shall be there afterwards. */
  label(act: ActOn & { labels: readonly string[] }): Promise<{ delivery: Delivery }>;
  /** Who shall be assigned afterwards. */
  assign(act: ActOn & { assignees: readonly string[] }): Promise<{ delivery: Delivery }>;
  /** A note on an issue or merge request. */
  comment(act: ActOn & { body: string }): Promise<{ comment: NoteRecord; delivery: Delivery }>;
  editComment(act: Act & { commentId: number; body: string }): Promise<{ comment: NoteRecord; delivery: Delivery }>;
  /** GitLab calls no hook for a deleted note. */
  deleteComment(act: Act & { commentId: number }): void;
  /** Puts a file into the project's uploads, and gives the address to write into a text. */
  attach(act: { repository: RepositoryName; bytes: Uint8Array; name?: string }): string;
  /** Links two issues of a project. */
  linkIssues(act: Act & { number: number; to: number }): void;
}

type ActOf<Key extends keyof People> = Parameters<People[Key]>[0];

/** Binds the acts to one world. */
export function createPeople(world: World): People {
  return {
    openIssue: (act) => openIssue(world, act),
    closeIssue: (act) => turn(world, act, 'closed'),
    reopenIssue: (act) => turn(world, act, 'opened'),
    editIssue: async (act) => ({ delivery: await change(world, act, { title: act.title, body: act.body }) }),
    label: async (act) => ({ delivery: await change(world, act, { labels: act.labels }) }),
    assign: async (act) => {
      const assignees = act.assignees.map((login) => userNamed(world, login));
      return { delivery: await change(world, act, { assignees }) };
    },
    comment: (act) => comment(world, act),
    editComment: (act) => editComment(world, act),
    deleteComment: (act) => {
      const { noteable, note } = findNote(repositoryNamed(world, act.repository), act.commentId);
      removeNote(noteable, note);
    },
    attach: ({ repository, bytes, name = 'shot.png' }) =>
      addUpload(repositoryNamed(world, repository), { name, bytes }),
    linkIssues: (act) => linkIssues(world, act),
  };
}

/** The project and the person of an act. */
export function parties(world: World, act: Act): { project: ProjectRecord; by: UserRecord } {
  return { project: repositoryNamed(world, act.repository), by: userNamed(world, act.by) };
}

async function openIssue(world: World, act: ActOf<'openIssue'>) {
  const { project, by } = parties(world, act);
  const { title, body = '', labels = [] } = act;
  const issue = addIssue(world, project, { author: by, title, body, labels });
  return { issue, delivery: await announceIssue(world, { project, issue }, { action: 'open', by }) };
}

async function turn(world: World, act: Act & { number: number }, state: 'opened' | 'closed') {
  const { project } = parties(world, act);
  const issue = project.issues.get(act.number);
  if (!issue) throw new Error(`${project.fullName} has no issue #${act.number}`);
  return { issue, delivery: await change(world, { ...act, kind: 'issue' }, { state }) };
}

/** Changes an issue or merge request as a person does; throws when nothing changes. */
export async function change(
  world: World,
  act: ActOn,
  wanted: Parameters<typeof changeNoteable>[2],
): Promise<Delivery> {
  const { project, by } = parties(world, act);
  const noteable = noteableNumbered(project, act);
  const delivery = await changeNoteable(world, { project, noteable, by }, wanted);
  if (!delivery) throw new Error(`${noteable.kind} ${act.number} is so already`);
  return delivery;
}

async function comment(world: World, act: ActOf<'comment'>) {
  const { project, by } = parties(world, act);
  const noteable = noteableNumbered(project, act);
  const note = addNote(world, noteable, { author: by, body: act.body });
  return { comment: note, delivery: await announceNote(world, { project, noteable, note }, { action: 'create', by }) };
}

async function editComment(world: World, act: ActOf<'editComment'>) {
  const { project, by } = parties(world, act);
  const place = { project, ...findNote(project, act.commentId) };
  changeNote(world, place.note, act.body);
  return { comment: place.note, delivery: await announceNote(world, place, { action: 'update', by }) };
}

function linkIssues(world: World, act: ActOf<'linkIssues'>): void {
  const { project } = parties(world, act);
  const [from, to] = [act.number, act.to].map((number) => project.issues.get(number));
  if (!from || !to) throw new Error(`${project.fullName} lacks #${act.number} or #${act.to}`);
  const id = world.nextId();
  from.links.push({ id, type: 'relates_to', project, issue: to });
  to.links.push({ id, type: 'relates_to', project, issue: from });
}

/** The issue or merge request with that number; throws when there is none, or both without a `kind`. */
export function noteableNumbered(
  project: ProjectRecord,
  { number, kind }: { readonly number: number; readonly kind?: NoteableRecord['kind'] | undefined },
): NoteableRecord {
  const issue = kind === 'merge_request' ? undefined : project.issues.get(number);
  const mergeRequest = kind === 'issue' ? undefined : project.mergeRequests.get(number);
  if (issue && mergeRequest) throw new Error(`${project.fullName} has #${number} and !${number}: name the kind`);
  const found = issue ?? mergeRequest;
  if (!found) throw new Error(`${project.fullName} has no issue or merge request ${number}`);
  return found;
}

/** A note by its number, wherever it hangs in the project; throws when there is none. */
export function findNote(project: ProjectRecord, id: number): { noteable: NoteableRecord; note: NoteRecord } {
  for (const noteable of [...project.issues.values(), ...project.mergeRequests.values()]) {
    const note = noteable.notes.find((one) => one.id === id);
    if (note) return { noteable, note };
  }
  throw new Error(`${project.fullName} has no note ${id}`);
}

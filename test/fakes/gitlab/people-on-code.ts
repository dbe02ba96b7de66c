import { branchHead } from '../git-host/git-questions.ts';
import { addNote, addReaction, resolveDiscussion } from './conversations.ts';
import { listDiffs, listLines } from './diffs.ts';
import { newestVersion, openMergeRequest, refreshVersion } from './merge-requests.ts';
import { mergeMergeRequest } from './merging.ts';
import { change, findNote, noteableNumbered, parties, type Act, type ActOn } from './people.ts';
import { addPipeline, moveJob, settlePipeline, type JobInput, type PipelineInput } from './pipelines.ts';
import type { Position } from './position.ts';
import type {
  CiStatus,
  MergeRequestRecord,
  NoteRecord,
  PipelineRecord,
  ProjectRecord,
  ReactionRecord,
} from './records.ts';
import { announceJob } from './webhook-ci.ts';
import { announceMergeRequest, announceNote, announceReaction } from './webhook-events.ts';
import type { Delivery } from './webhook-sender.ts';
import type { RepositoryName } from '../git-host/commits.ts';
import { repositoryNamed, type World } from './world.ts';

/** What a reaction hangs on: a note, or with `number` an issue or merge request. */
type ReactionPlace = { readonly commentId: number } | (Omit<ActOn, keyof Act> & { readonly commentId?: undefined });

type NumberedAct = Act & { readonly number: number };

/** What people do with merge requests, emoji and pipelines. Resolves when the hook has been answered. */
export interface PeopleOnCode {
  /** From a branch that exists (see `commit`); `fork` names the project that has the branch when it is another one. */
  openPullRequest(
    act: Act & { title: string; body?: string; head: string; base?: string; fork?: RepositoryName; draft?: boolean },
  ): Promise<{ issue: MergeRequestRecord; delivery: Delivery }>;
  closePullRequest(act: NumberedAct): Promise<{ issue: MergeRequestRecord; delivery: Delivery }>;
  reopenPullRequest(act: NumberedAct): Promise<{ issue: MergeRequestRecord; delivery: Delivery }>;
  mergePullRequest(act: NumberedAct): Promise<{ issue: MergeRequestRecord; delivery: Delivery }>;
  /** On one line of the newest diff, by default of its new side; `inReplyTo` is the number of a note of the thread. */
  reviewComment(
    act: NumberedAct & { body: string; path: string; line: number; side?: 'new' | 'old'; inReplyTo?: number },
  ): Promise<{ comment: NoteRecord; delivery: Delivery }>;
  /** Resolves the thread of a note. */
  resolveThread(act: Act & { commentId: number; resolved?: boolean }): void;
  /** `content` is GitLab's name, for example `thumbsup`. */
  react(act: Act & ReactionPlace & { content: string }): Promise<{ reaction: ReactionRecord; delivery: Delivery }>;
  unreact(act: Act & ReactionPlace & { content: string }): Promise<{ delivery: Delivery }>;
  /** Runs CI on a branch's head, or on `sha`. */
  runPipeline(
    act: Act & { ref: string; sha?: string; jobs: readonly JobInput[]; children?: PipelineInput['children'] },
  ): Promise<PipelineRecord>;
  /** Ends a job of a pipeline, with more of its log. */
  finishJob(act: Act & { jobId: number; status: CiStatus; log?: string }): Promise<{ delivery: Delivery }>;
}

type ActOf<Key extends keyof PeopleOnCode> = Parameters<PeopleOnCode[Key]>[0];

/** Binds the acts to one world. */
export function createPeopleOnCode(world: World): PeopleOnCode {
  return {
    openPullRequest: (act) => openPullRequest(world, act),
    closePullRequest: (act) => turn(world, act, 'closed'),
    reopenPullRequest: async (act) => {
      const { project, mergeRequest } = pullOf(world, act);
      await refreshVersion(world, project, mergeRequest);
      return turn(world, act, 'opened');
    },
    mergePullRequest: async (act) => {
      const { project, mergeRequest, by } = pullOf(world, act);
      await mergeMergeRequest(world, { project, mergeRequest }, { by });
      const delivery = await announceMergeRequest(world, { project, mergeRequest }, { action: 'merge', by });
      return { issue: mergeRequest, delivery };
    },
    reviewComment: (act) => reviewComment(world, act),
    resolveThread: (act) => {
      const { project, by } = parties(world, act);
      const { noteable, note } = findNote(project, act.commentId);
      const thread = noteable.notes.filter((one) => one.discussionId === note.discussionId);
      resolveDiscussion(world, thread, { resolved: act.resolved ?? true, by });
    },
    react: (act) => react(world, act),
    unreact: (act) => unreact(world, act),
    runPipeline: (act) => runPipeline(world, act),
    finishJob: (act) => finishJob(world, act),
  };
}

function pullOf(world: World, act: NumberedAct) {
  const { project, by } = parties(world, act);
  const mergeRequest = project.mergeRequests.get(act.number);
  if (!mergeRequest) throw new Error(`${project.fullName} has no merge request !${act.number}`);
  return { project, mergeRequest, by };
}

async function openPullRequest(world: World, act: ActOf<'openPullRequest'>) {
  const { project, by } = parties(world, act);
  const issue = await openMergeRequest(world, project, {
    author: by,
    title: act.draft === true ? `Draft: ${act.title}` : act.title,
    body: act.body ?? '',
    sourceProject: act.fork === undefined ? project : repositoryNamed(world, act.fork),
    head: act.head,
    base: act.base ?? project.defaultBranch,
  });
  const place = { project, mergeRequest: issue };
  return { issue, delivery: await announceMergeRequest(world, place, { action: 'open', by }) };
}

async function turn(world: World, act: NumberedAct, state: 'opened' | 'closed') {
  const { mergeRequest } = pullOf(world, act);
  return { issue: mergeRequest, delivery: await change(world, { ...act, kind: 'merge_request' }, { state }) };
}

async function reviewComment(world: World, act: ActOf<'reviewComment'>) {
  const { project, mergeRequest, by } = pullOf(world, act);
  const thread = mergeRequest.notes.find((one) => one.id === act.inReplyTo);
  const { position, lineCode } = thread ?? (await positionOf(project, mergeRequest, act));
  const note = addNote(world, mergeRequest, {
    author: by,
    body: act.body,
    type: 'DiffNote',
    position,
    lineCode,
    ...(thread === undefined ? {} : { discussionId: thread.discussionId }),
  });
  const place = { project, noteable: mergeRequest, note };
  return { comment: note, delivery: await announceNote(world, place, { action: 'create', by }) };
}

async function positionOf(project: ProjectRecord, mergeRequest: MergeRequestRecord, act: ActOf<'reviewComment'>) {
  const { baseSha, startSha, headSha } = newestVersion(mergeRequest);
  const span = { base: baseSha, head: headSha };
  const file = (await listDiffs(project.directory, span)).find((one) => one.new_path === act.path);
  const lines = file ? await listLines(project.directory, span, file) : [];
  const line = lines.find((one) => (act.side === 'old' ? one.oldLine : one.newLine) === act.line);
  if (!file || !line) throw new Error(`${act.path}:${act.line} is not in the diff of !${mergeRequest.number}`);
  const position: Position = {
    base_sha: baseSha,
    start_sha: startSha,
    head_sha: headSha,
    position_type: 'text',
    old_path: file.old_path,
    new_path: file.new_path,
    old_line: line.oldLine ?? null,
    new_line: line.newLine ?? null,
    line_range: null,
  };
  return { position, lineCode: line.lineCode };
}

function reactionPlace(world: World, act: Act & ReactionPlace) {
  const { project, by } = parties(world, act);
  if (act.commentId === undefined) return { project, by, noteable: noteableNumbered(project, act), note: undefined };
  return { project, by, ...findNote(project, act.commentId) };
}

async function react(world: World, act: ActOf<'react'>) {
  const { by, ...place } = reactionPlace(world, act);
  const { reactions } = place.note ?? place.noteable;
  const reaction = addReaction(world, { reactions, note: place.note }, { user: by, content: act.content });
  return { reaction, delivery: await announceReaction(world, { ...place, reaction }, { action: 'award', by }) };
}

async function unreact(world: World, act: ActOf<'unreact'>) {
  const { by, ...place } = reactionPlace(world, act);
  const { reactions } = place.note ?? place.noteable;
  const reaction = reactions.find((one) => one.user === by && one.content === act.content);
  if (!reaction) throw new Error(`${act.by} has no ${act.content} there`);
  reactions.splice(reactions.indexOf(reaction), 1);
  return { delivery: await announceReaction(world, { ...place, reaction }, { action: 'revoke', by }) };
}

async function runPipeline(world: World, act: ActOf<'runPipeline'>): Promise<PipelineRecord> {
  const { project, by } = parties(world, act);
  const sha = act.sha ?? (await branchHead(project.directory, act.ref));
  if (sha === undefined) throw new Error(`${project.fullName} has no branch ${act.ref}`);
  return addPipeline(world, project, {
    sha,
    ref: act.ref,
    source: 'push',
    user: by,
    jobs: act.jobs,
    children: act.children,
  });
}

async function finishJob(world: World, act: ActOf<'finishJob'>) {
  const { project } = parties(world, act);
  const pipeline = project.pipelines.find((one) => one.jobs.some((job) => job.id === act.jobId));
  const job = pipeline?.jobs.find((one) => one.id === act.jobId);
  if (!pipeline || !job) throw new Error(`${project.fullName} has no job ${act.jobId}`);
  moveJob(world, job, act.status);
  job.log += act.log ?? '';
  settlePipeline(world, project, { pipelineId: pipeline.id });
  return { delivery: await announceJob(world, { project, pipeline }, job) };
}

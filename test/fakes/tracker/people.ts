import { addComment, archiveIssue, assignIssue, changeComment, reopenIssue, resolveIssue } from './issue-acts.ts';
import type { CommentRecord, CommitRecord, IssueRecord, ReleaseRecord, Substatus } from './records.ts';
import { findProject, latestRelease, memberNamed, releaseNamed, type TrackerWorld } from './world.ts';

const DEFAULT_PERSON = 'ida';

/** When an issue counts as solved: now, or with a release by version, or with whichever comes next. */
export type When = 'now' | 'next-release' | { readonly release: string };

/** A release made by whoever deploys. */
export interface NewRelease {
  readonly version: string;
  /** Slug of its project. */
  readonly project: string;
  readonly commits?: readonly CommitRecord[];
}

/** What people do in the tracker's own pages, and what the tracker does by itself. Issues are named by number. */
export interface People {
  release(release: NewRelease): ReleaseRecord;
  resolve(issue: number, when?: When, by?: string): void;
  archive(issue: number, substatus?: Substatus, by?: string): void;
  reopen(issue: number, by?: string): void;
  assign(issue: number, to: string, by?: string): void;
  /** The tracker finds that there are too many events of an issue. */
  escalate(issue: number): void;
  comment(issue: number, text: string, by?: string): CommentRecord;
  editComment(issue: number, comment: CommentRecord, text: string): void;
  deleteComment(issue: number, comment: CommentRecord): void;
}

/** Binds people to a world. @throws Error, each of them, for an issue or project that there is not. */
export function createPeople(world: TrackerWorld): People {
  const acting = (id: number, by = DEFAULT_PERSON) => ({ issue: issueNumbered(world, id), by: memberNamed(world, by) });
  return {
    release: ({ version, project, commits = [] }) => {
      const found = findProject(world, project);
      if (!found) throw new Error(`the stand-in has no project ${project}`);
      return releaseNamed(world, version, { project: found, commits });
    },
    resolve: (id, when = 'now', by) => {
      const on = acting(id, by);
      const { project } = on.issue;
      if (when === 'now') resolveIssue(world, on, { kind: 'now' });
      else if (when === 'next-release')
        resolveIssue(world, on, { kind: 'next-release', release: latestRelease(world, project) });
      else resolveIssue(world, on, { kind: 'release', release: releaseNamed(world, when.release, { project }) });
    },
    archive: (id, substatus = 'archived_until_escalating', by) => archiveIssue(world, acting(id, by), substatus),
    reopen: (id, by) => reopenIssue(world, acting(id, by), 'ongoing'),
    assign: (id, to, by) => assignIssue(world, acting(id, by), memberNamed(world, to)),
    escalate: (id) => reopenIssue(world, { issue: issueNumbered(world, id), by: undefined }, 'escalating'),
    comment: (id, text, by = DEFAULT_PERSON) =>
      addComment(world, { issue: issueNumbered(world, id), author: memberNamed(world, by) }, text),
    editComment: (id, comment, text) => changeComment(world, { issue: issueNumbered(world, id), comment }, text),
    deleteComment: (id, comment) => changeComment(world, { issue: issueNumbered(world, id), comment }, undefined),
  };
}

function issueNumbered({ issues }: TrackerWorld, id: number): IssueRecord {
  const issue = issues.get(id);
  if (!issue) throw new Error(`the stand-in has no issue ${id}`);
  return issue;
}

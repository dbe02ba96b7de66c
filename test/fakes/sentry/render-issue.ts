import { grow } from '../tracker/intake.ts';
import type { CommentRecord, IssueRecord, MemberRecord, Resolution } from '../tracker/records.ts';
import type { TrackerWorld } from '../tracker/world.ts';
import { renderReleaseBrief } from './render-release.ts';

const BASE_36 = 36;

/** Where things are on the web and below the API. */
export function linksOf({ webUrl, organization }: TrackerWorld, issue: IssueRecord): Readonly<Record<string, string>> {
  const web = `${webUrl}/organizations/${organization.slug}/issues`;
  return {
    url: `${webUrl}/api/0/organizations/${organization.slug}/issues/${issue.id}/`,
    web_url: `${web}/${issue.id}/`,
    project_url: `${web}/?project=${issue.project.id}`,
  };
}

/** `FRONT-END-9`: the number within the project, to the base of 36. */
function shortIdOf({ project, number }: IssueRecord): string {
  return `${project.slug.toUpperCase()}-${number.toString(BASE_36).toUpperCase()}`;
}

/** What API and webhooks have in common of an issue. */
export function renderIssueBase(world: TrackerWorld, issue: IssueRecord): Record<string, unknown> {
  grow(world, issue);
  return {
    id: String(issue.id),
    shareId: null,
    shortId: shortIdOf(issue),
    title: issue.title,
    culprit: issue.culprit,
    permalink: linksOf(world, issue)['web_url'],
    logger: issue.events.at(-1)?.payload.logger ?? null,
    level: issue.level === 'log' ? 'info' : issue.level,
    status: issue.status,
    statusDetails: renderResolution(issue.resolution),
    substatus: issue.substatus ?? null,
    isPublic: false,
    platform: issue.project.platform,
    project: renderProjectBrief(issue),
    type: issue.metadata['type'] === undefined ? 'default' : 'error',
    metadata: issue.metadata,
    numComments: issue.comments.length,
    assignedTo: issue.assignee ? renderAssignee(issue.assignee) : null,
    isBookmarked: false,
    isSubscribed: false,
    subscriptionDetails: null,
    hasSeen: false,
    annotations: [],
    count: String(issue.events.length),
    userCount: issue.users.size,
    firstSeen: new Date(issue.firstSeen).toISOString(),
    lastSeen: new Date(issue.lastSeen).toISOString(),
  };
}

/** As `PUT` answers. */
export function renderIssueAfterUpdate(world: TrackerWorld, issue: IssueRecord): Record<string, unknown> {
  return {
    ...renderIssueBase(world, issue),
    priority: issue.level === 'error' || issue.level === 'fatal' ? 'high' : 'medium',
    priorityLockedAt: null,
    seerFixabilityScore: null,
    seerAutofixLastTriggered: null,
    seerExplorerAutofixLastTriggered: null,
    issueType: 'error',
    issueCategory: 'error',
    isUnhandled: issue.events.at(-1)?.tags.some(([key, value]) => key === 'handled' && value === 'no') ?? false,
  };
}

/** As `GET` answers. */
export function renderIssue(world: TrackerWorld, issue: IssueRecord): Record<string, unknown> {
  const releases = issue.events.flatMap((event) => event.release ?? []).toSorted((a, b) => a.id - b.id);
  const [first, last] = [releases[0], releases.at(-1)];
  const keys = [...new Set(issue.events.flatMap((event) => event.tags.map(([key]) => key)))].toSorted();
  return {
    ...renderIssueAfterUpdate(world, issue),
    firstRelease: first ? renderReleaseBrief(first) : null,
    lastRelease: last ? renderReleaseBrief(last) : null,
    tags: keys.map((key) => ({ key, name: key, totalValues: countTag(issue, key) })),
    stats: {},
    activity: issue.comments.map(renderNote),
    seenBy: [],
    userReportCount: 0,
    participants: [],
  };
}

/** A comment, by its author. */
export function renderNote({ id, author, text, createdAt }: CommentRecord): Record<string, unknown> {
  const { name, email } = author;
  return {
    id: String(id),
    user: { id: String(author.id), name, email, username: name },
    type: 'note',
    data: { text },
    dateCreated: new Date(createdAt).toISOString(),
  };
}

/** A project as issues name it. */
export function renderProjectBrief({ project }: IssueRecord): Record<string, unknown> {
  const { id, name, slug, platform } = project;
  return { id: String(id), name, slug, platform };
}

function renderAssignee({ id, name, email }: MemberRecord): Record<string, unknown> {
  return { type: 'user', id: String(id), name, email };
}

function renderResolution(resolution: Resolution | undefined): Record<string, unknown> {
  switch (resolution?.kind) {
    case 'release':
      return { inRelease: resolution.release.version };
    case 'next-release':
      return { inNextRelease: true };
    case 'commit':
      return { inCommit: resolution.commit };
    case 'now':
    case undefined:
      return {};
  }
}

function countTag({ events }: IssueRecord, key: string): number {
  return events.filter((event) => event.tags.some(([name]) => name === key)).length;
}

import type { CommentRecord, CommitRecord, IssueRecord, ProjectRecord, ReleaseRecord } from '../tracker/records.ts';
import type { TrackerWorld } from '../tracker/world.ts';

const BASE_32 = 32;

/** `SHOP-A`: the number within the project, to the base of 32. */
export function shortIdOf({ project, number }: IssueRecord): string {
  return `${project.slug.toUpperCase()}-${number.toString(BASE_32).toUpperCase()}`;
}

/** As `GET` answers. */
export function renderIssue(issue: IssueRecord): Record<string, unknown> {
  return {
    ...renderBase(issue),
    shareId: null,
    statusDetails: {},
    subscriptionDetails: null,
    userCount: 0,
    matchingEventId: null,
  };
}

/** As `PUT` answers, whose names are not translated. */
export function renderIssueAfterUpdate(issue: IssueRecord): Record<string, unknown> {
  return {
    ...renderBase(issue),
    share_id: null,
    status_details: {},
    subscription_details: null,
    user_count: 0,
    matching_event_id: null,
  };
}

/** A comment, by its author. */
export function renderComment({ id, author, text, createdAt }: CommentRecord): Record<string, unknown> {
  const user = { id: String(author.id), email: author.email };
  return { id, type: 'note', data: { text }, dateCreated: new Date(createdAt).toISOString(), user };
}

/** A release. */
export function renderRelease({ version, createdAt, commits, projects }: ReleaseRecord): Record<string, unknown> {
  return {
    version,
    shortVersion: version,
    ref: null,
    url: null,
    data: commits.length > 0 ? { commits: commits.map(renderCommit) } : {},
    commitCount: commits.length,
    deployCount: 0,
    dateCreated: new Date(createdAt).toISOString(),
    dateReleased: null,
    projects: [...projects].map(({ name, slug }) => ({ name, slug })),
    repository: null,
  };
}

/** A commit as `sentry-cli releases set-commits` left it. */
export function renderCommit({ id, message, author }: CommitRecord): Record<string, unknown> {
  return { id, message, authorName: author.name, authorEmail: author.email };
}

/** A project as the list gives it. */
export function renderProject({ events }: TrackerWorld, project: ProjectRecord): Record<string, unknown> {
  const { id, name, slug, platform, createdAt } = project;
  const first = [...events.values()].find((event) => event.project === project);
  return {
    id: String(id),
    name,
    slug,
    platform,
    avatar: { avatarType: '', avatarUuid: null },
    color: '',
    features: [],
    hasAccess: true,
    isBookmarked: false,
    isInternal: false,
    isMember: true,
    isPublic: false,
    scrubIPAddresses: true,
    dateCreated: new Date(createdAt).toISOString(),
    firstEvent: first ? new Date(first.receivedAt).toISOString() : null,
    eventThrottleRate: 0,
    teams: [],
  };
}

function renderBase(issue: IssueRecord): Record<string, unknown> {
  const { id, name, slug, platform } = issue.project;
  return {
    id: String(issue.id),
    count: String(issue.events.length),
    type: issue.metadata['type'] === undefined ? 'default' : 'error',
    level: issue.level === 'log' ? 'info' : issue.level,
    status: issue.status,
    project: { id: String(id), name, slug, platform },
    shortId: shortIdOf(issue),
    numComments: issue.comments.length,
    stats: { '24h': [] },
    logger: null,
    permalink: 'Not implemented',
    firstSeen: new Date(issue.firstSeen).toISOString(),
    lastSeen: new Date(issue.lastSeen).toISOString(),
    title: issue.title,
    metadata: issue.metadata,
    culprit: issue.culprit,
    userReportCount: 0,
  };
}

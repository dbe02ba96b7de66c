import { basename } from 'node:path';
import type { CommitRecord, EventRecord, ProjectRecord, ReleaseRecord } from '../tracker/records.ts';
import { framesOf } from '../tracker/wire-event.ts';
import { latestRelease, type TrackerWorld } from '../tracker/world.ts';
import { PROJECT_FLAGS } from './published-release.ts';

const SHORT_SHA_CHARS = 12;

const iso = (at: number): string => new Date(at).toISOString();

/** A release as issues and commits name it. */
export function renderReleaseBrief({ version, createdAt }: ReleaseRecord): Record<string, unknown> {
  return {
    version,
    shortVersion: shortened(version),
    ref: null,
    url: null,
    dateReleased: null,
    dateCreated: iso(createdAt),
  };
}

/** A release as the API gives it. */
export function renderRelease(world: TrackerWorld, release: ReleaseRecord): Record<string, unknown> {
  const { id, version, commits, projects } = release;
  const last = commits.at(-1);
  const authors = new Map(commits.map(({ author }) => [author.email, author]));
  return {
    id,
    ...renderReleaseBrief(release),
    status: 'open',
    versionInfo: renderVersion(version),
    data: {},
    newGroups: [...world.issues.values()].filter((issue) => issue.events[0]?.release === release).length,
    owner: null,
    commitCount: commits.length,
    lastCommit: last ? renderCommit(world, last) : null,
    deployCount: 0,
    lastDeploy: null,
    authors: [...authors.values()],
    projects: [...projects].map(renderProjectOfRelease),
    firstEvent: null,
    lastEvent: null,
    currentProjectMeta: {},
    userAgent: null,
  };
}

/** A release as events name it. */
export function renderReleaseOfEvent(world: TrackerWorld, release: ReleaseRecord): Record<string, unknown> {
  const { id, commitCount, data, status, versionInfo, lastCommit, deployCount, ...rest } = renderRelease(
    world,
    release,
  );
  const { version, dateCreated, dateReleased, ref, url } = rest;
  const counts = { commitCount, deployCount, lastCommit, lastDeploy: null };
  return { id, version, dateCreated, dateReleased, ref, url, data, status, versionInfo, userAgent: null, ...counts };
}

/** A commit; the releases it is in are all that have it. */
export function renderCommit(world: TrackerWorld, commit: CommitRecord): Record<string, unknown> {
  const releases = [...world.releases.values()].filter((one) => one.commits.some(({ id }) => id === commit.id));
  return {
    id: commit.id,
    message: commit.message,
    dateCreated: iso(commit.at),
    pullRequest: null,
    suspectCommitType: '',
    repository: { id: '1', name: commit.repository, dateCreated: iso(commit.at) },
    author: commit.author,
    releases: releases.map(renderReleaseBrief),
  };
}

/** Suspect commits, newest first: those of the event's release and before that touch a file of its own frames. */
export function suspectsOf(world: TrackerWorld, { payload, release, project }: EventRecord): CommitRecord[] {
  const names = new Set(
    framesOf(payload)
      .filter((frame) => frame.in_app === true)
      .map((frame) => basename(frame.filename ?? '')),
  );
  return [...world.releases.values()]
    .filter((one) => one.projects.has(project) && one.id <= (release?.id ?? 0))
    .flatMap((one) => one.commits)
    .filter(({ files }) => files.some((file) => names.has(basename(file))))
    .toSorted((a, b) => b.at - a.at);
}

/** Suspect commits by author. */
export function renderCommitters(world: TrackerWorld, suspects: readonly CommitRecord[]): Record<string, unknown> {
  const authors = new Map(suspects.map(({ author }) => [author.email, author]));
  return {
    committers: [...authors.values()].map((author) => ({
      author,
      commits: suspects.filter((one) => one.author.email === author.email).map((one) => renderCommit(world, one)),
    })),
  };
}

/** A project as the list gives it. */
export function renderProject(world: TrackerWorld, project: ProjectRecord): Record<string, unknown> {
  const { id, slug, name, platform, createdAt } = project;
  const latest = latestRelease(world, project);
  const events = [...world.events.values()].filter((event) => event.project === project);
  const environments = events.flatMap((event) => event.payload.environment ?? []);
  const first = events[0];
  return {
    id: String(id),
    slug,
    name,
    platform,
    dateCreated: iso(createdAt),
    isBookmarked: false,
    isMember: true,
    features: [],
    firstEvent: first ? iso(first.receivedAt) : null,
    firstTransactionEvent: false,
    access: [],
    hasAccess: true,
    team: null,
    teams: [],
    platforms: [platform],
    environments: [...new Set(environments)],
    latestRelease: latest ? { version: latest.version } : null,
    ...Object.fromEntries(PROJECT_FLAGS.map((flag) => [flag, false])),
  };
}

function renderProjectOfRelease({ id, slug, name, platform }: ProjectRecord): Record<string, unknown> {
  return { id, slug, name, newGroups: 0, platform, platforms: [platform], hasHealthData: false };
}

function renderVersion(version: string): Record<string, unknown> {
  const [, packaged, raw = version] = /^(?:([^@]+)@)?(.+)$/.exec(version) ?? [];
  const buildHash = /^[0-9a-f]{12,64}$/.test(raw) ? raw : null;
  return { package: packaged ?? null, version: { raw }, description: shortened(raw), buildHash };
}

/** A commit id is cut, anything else stays. */
function shortened(version: string): string {
  return /^[0-9a-f]{12,64}$/.test(version) ? version.slice(0, SHORT_SHA_CHARS) : version;
}

import { randomUUID } from 'node:crypto';
import { groupingKey, headingOf, tagsOf } from './grouping.ts';
import type { EventRecord, IssueRecord, ProjectRecord, ReleaseRecord } from './records.ts';
import { happenedAt, userKeyOf, type WireEvent } from './wire-event.ts';
import { releaseNamed, type News, type TrackerWorld } from './world.ts';

// After a week nothing is new any more: https://docs.sentry.io/product/issues/states-triage/#ongoing
const NEW_MS = 7 * 24 * 60 * 60 * 1_000;

/**
 * Takes an event in: into the issue of its kind, or as a new one. An event that was taken in before is what it was then.
 * Observers are told of the event, and of an issue that was made or came back.
 */
export function takeIn(world: TrackerWorld, project: ProjectRecord, payload: WireEvent): EventRecord {
  const known = world.events.get(payload.event_id);
  if (known) return known;
  const release = payload.release ? releaseNamed(world, payload.release, { project }) : undefined;
  const key = groupingKey(payload);
  const found = [...world.issues.values()].find((one) => one.project === project && one.key === key);
  const issue = found ?? newIssue(world, { project, payload, key });
  const event: EventRecord = {
    id: payload.event_id,
    serverId: world.vendor === 'Sentry' ? payload.event_id : randomUUID().replaceAll('-', ''),
    project,
    issue,
    release,
    payload,
    tags: tagsOf(payload),
    happenedAt: happenedAt(payload),
    receivedAt: world.now(),
  };
  world.events.set(event.id, event);
  const news = found ? countIn(world, issue, event) : 'new';
  issue.events.push(event);
  issue.lastSeen = Math.max(issue.lastSeen, event.happenedAt);
  const user = userKeyOf(payload);
  if (user !== undefined) issue.users.add(user);
  announce(world, event, news);
  return event;
}

/**
 * Whether an event of that release brings a resolved issue back. Sentry goes by the order of releases, here by date as it
 * does where they are no semver: `has_resolution` in src/sentry/models/groupresolution.py. Glitchtip holds back the one
 * release that the issue was resolved in, even when older ones follow: `issues_to_reopen` in
 * apps/event_ingest/process_event.py of https://gitlab.com/glitchtip/glitchtip-backend.
 */
function comesBack({ vendor }: TrackerWorld, issue: IssueRecord, release: ReleaseRecord | undefined): boolean {
  const { resolution } = issue;
  if (!resolution || resolution.kind === 'now') return true;
  const named = resolution.kind === 'commit' ? undefined : resolution.release;
  if (vendor === 'Glitchtip') return named === undefined || release !== named;
  // An event without a release is taken for one of before there were any.
  if (!release) return false;
  if (resolution.kind === 'commit') return release.commits.some((one) => one.id === resolution.commit);
  if (named === undefined) return true;
  return resolution.kind === 'release' ? release.id >= named.id : release.id > named.id;
}

/** Lets time have its effect on an issue. */
export function grow(world: TrackerWorld, issue: IssueRecord): void {
  if (issue.substatus === 'new' && world.now() - issue.firstSeen > NEW_MS) issue.substatus = 'ongoing';
}

function newIssue(
  world: TrackerWorld,
  { project, payload, key }: { project: ProjectRecord; payload: WireEvent; key: string },
): IssueRecord {
  project.issueCount += 1;
  const at = happenedAt(payload);
  const issue: IssueRecord = {
    id: world.nextId(),
    number: project.issueCount,
    project,
    key,
    ...headingOf(payload),
    events: [],
    users: new Set(),
    comments: [],
    firstSeen: at,
    lastSeen: at,
    level: payload.level ?? 'error',
    status: 'unresolved',
    substatus: 'new',
    resolution: undefined,
    assignee: undefined,
  };
  world.issues.set(issue.id, issue);
  return issue;
}

function countIn(world: TrackerWorld, issue: IssueRecord, event: EventRecord): News {
  grow(world, issue);
  if (issue.status !== 'resolved' || !comesBack(world, issue, event.release)) return 'known';
  Object.assign(issue, { status: 'unresolved', substatus: 'regressed', resolution: undefined });
  return 'regressed';
}

function announce({ observers }: TrackerWorld, event: EventRecord, news: News): void {
  for (const observer of observers) {
    if (news === 'new') observer.changed(event.issue, 'created', undefined);
    if (news === 'regressed') observer.changed(event.issue, 'unresolved', undefined);
    observer.tookIn(event, news);
  }
}

import { createHash } from 'node:crypto';
import { messageOf } from '../tracker/grouping.ts';
import type { CommentRecord, EventRecord, IssueRecord, MemberRecord } from '../tracker/records.ts';
import type { WireEvent, WireException, WireFrame } from '../tracker/wire-event.ts';
import type { TrackerWorld } from '../tracker/world.ts';
import { linksOf, renderIssueBase, renderProjectBrief } from './render-issue.ts';

/** The integration that webhooks are for. */
export interface Integration {
  readonly uuid: string;
  readonly slug: string;
  readonly name: string;
  /** Of its installation in the organization. */
  readonly installation: string;
}

/** Who did it: a person, the integration by its token, or Sentry itself. */
export function renderActor(integration: Integration, by: MemberRecord | undefined): Record<string, unknown> {
  if (by === undefined) return { type: 'application', id: 'sentry', name: 'Sentry' };
  const { uuid, name } = integration;
  return by.name === name ? { type: 'application', id: uuid, name } : { type: 'user', id: by.id, name: by.name };
}

/** An issue as webhooks give it. */
export function renderHookIssue(world: TrackerWorld, issue: IssueRecord): Record<string, unknown> {
  const { count, userCount, ...base } = renderIssueBase(world, issue);
  return { ...base, count, userCount, project: renderProjectBrief(issue), ...linksOf(world, issue) };
}

/** A comment as webhooks give it. */
export function renderHookComment(issue: IssueRecord, comment: CommentRecord): Record<string, unknown> {
  return {
    comment: comment.text,
    project_slug: issue.project.slug,
    comment_id: comment.id,
    issue_id: issue.id,
    timestamp: new Date(comment.createdAt).toISOString(),
  };
}

/** An event as webhooks give it: in the SDK's words, with the server's own beside them. */
export function renderHookEvent(world: TrackerWorld, event: EventRecord): Record<string, unknown> {
  const { payload, issue, project } = event;
  const { webUrl, organization } = world;
  const api = `${webUrl}/api/0/projects/${organization.slug}/${project.slug}/events/${event.id}/`;
  const { url: issueUrl, web_url: issueWeb } = linksOf(world, issue);
  const { breadcrumbs, environment, extra, modules, transaction, exception, request, user, contexts, sdk } = payload;
  return {
    _ref: project.id,
    _ref_version: 2,
    ...kept({ environment, extra, modules, transaction, user }),
    ...(breadcrumbs ? { breadcrumbs: { values: breadcrumbs } } : {}),
    ...(exception ? { exception: { values: exception.map(renderException) } } : {}),
    ...(request ? { request: renderRequest(request) } : {}),
    contexts: contexts ?? {},
    culprit: issue.culprit,
    datetime: new Date(event.happenedAt).toISOString(),
    dist: payload.dist ?? null,
    event_id: event.id,
    fingerprint: payload.fingerprint ?? ['{{ default }}'],
    grouping_config: { enhancements: '', id: 'stand-in' },
    hashes: [createHash('md5').update(issue.key).digest('hex')],
    issue_url: issueUrl,
    issue_id: String(issue.id),
    key_id: String(project.id),
    level: payload.level ?? 'error',
    location: issue.metadata['filename'] ?? null,
    logger: payload.logger ?? '',
    message: messageOf(payload),
    metadata: issue.metadata,
    platform: payload.platform,
    project: project.id,
    received: event.receivedAt / 1_000,
    release: payload.release ?? null,
    sdk: { integrations: [], packages: [], ...(sdk ?? { name: '', version: '' }) },
    tags: event.tags,
    time_spent: null,
    timestamp: event.happenedAt / 1_000,
    title: issue.title,
    type: exception ? 'error' : 'default',
    url: api,
    version: '7',
    web_url: `${issueWeb}events/${event.id}/`,
  };
}

function renderException({ type, value, mechanism, stacktrace }: WireException): Record<string, unknown> {
  return {
    type: type ?? null,
    value: value ?? null,
    mechanism: mechanism
      ? {
          data: null,
          description: null,
          help_link: null,
          meta: null,
          synthetic: null,
          handled: mechanism.handled ?? null,
          type: mechanism.type,
        }
      : null,
    stacktrace: stacktrace ? { frames: stacktrace.frames.map(renderFrame) } : null,
  };
}

function renderFrame(frame: WireFrame): Record<string, unknown> {
  return {
    abs_path: frame.abs_path ?? frame.filename ?? null,
    colno: frame.colno ?? null,
    context_line: frame.context_line ?? null,
    data: null,
    errors: null,
    filename: frame.filename ?? null,
    function: frame.function ?? null,
    image_addr: null,
    in_app: frame.in_app ?? false,
    instruction_addr: null,
    lineno: frame.lineno ?? null,
    module: frame.module ?? null,
    package: null,
    platform: null,
    post_context: frame.post_context ?? null,
    pre_context: frame.pre_context ?? null,
    raw_function: null,
    symbol: null,
    symbol_addr: null,
    trust: null,
    vars: frame['vars'] ?? null,
  };
}

function renderRequest(request: NonNullable<WireEvent['request']>): Record<string, unknown> {
  const { url, method, headers = {}, query_string } = request;
  return {
    cookies: request['cookies'] ?? null,
    data: request['data'] ?? null,
    env: null,
    fragment: null,
    headers: Object.entries(headers),
    inferred_content_type: null,
    method: method ?? null,
    query_string: [...new URLSearchParams(query_string ?? '')],
    url: url ?? null,
  };
}

/** The fields that there are. */
function kept(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}

import { frameContext, isoTime } from '../tracker/frame-context.ts';
import { messageOf } from '../tracker/grouping.ts';
import type { EventRecord } from '../tracker/records.ts';
import type { WireEvent, WireException, WireFrame } from '../tracker/wire-event.ts';
import type { TrackerWorld } from '../tracker/world.ts';
import { renderReleaseOfEvent } from './render-release.ts';

/** An event as the API of issues and projects gives it. */
export function renderEvent(world: TrackerWorld, event: EventRecord): Record<string, unknown> {
  const { id, project, issue, payload, release } = event;
  const index = issue.events.indexOf(event);
  return {
    id,
    eventID: id,
    groupID: String(issue.id),
    projectID: String(project.id),
    message: messageOf(payload),
    title: issue.title,
    location: issue.metadata['filename'] ?? null,
    culprit: issue.culprit,
    user: renderUser(payload),
    tags: event.tags.map(([key, value]) => (key === 'user' ? { key, value, query: `user.${value}` } : { key, value })),
    platform: payload.platform,
    dateCreated: new Date(event.happenedAt).toISOString(),
    dateReceived: new Date(event.receivedAt).toISOString(),
    contexts: payload.contexts ?? {},
    size: JSON.stringify(payload).length,
    entries: renderEntries(payload),
    dist: payload.dist ?? null,
    sdk: payload.sdk ? { name: payload.sdk.name, version: payload.sdk.version } : null,
    context: payload.extra ?? {},
    packages: payload.modules ?? {},
    type: payload.exception ? 'error' : 'default',
    metadata: issue.metadata,
    errors: [],
    occurrence: null,
    _meta: {},
    crashFile: null,
    fingerprints: [],
    release: release ? renderReleaseOfEvent(world, release) : null,
    userReport: null,
    sdkUpdates: [],
    resolvedWith: [],
    previousEventID: issue.events[index - 1]?.id ?? null,
    nextEventID: issue.events[index + 1]?.id ?? null,
  };
}

function renderUser({ user }: WireEvent): Record<string, unknown> | null {
  if (!user) return null;
  const { id, email, username, ip_address } = user;
  return {
    id: id === undefined || id === null ? null : String(id),
    email: email ?? null,
    username: username ?? null,
    ip_address: ip_address ?? null,
    name: null,
    data: null,
  };
}

function renderEntries(payload: WireEvent): Record<string, unknown>[] {
  const { exception, breadcrumbs, request } = payload;
  const message = messageOf(payload);
  return [
    ...(exception ? [{ type: 'exception', data: renderExceptions(exception) }] : []),
    ...(message === '' ? [] : [{ type: 'message', data: { formatted: message } }]),
    ...(breadcrumbs ? [{ type: 'breadcrumbs', data: { values: breadcrumbs.map(renderBreadcrumb) } }] : []),
    ...(request ? [{ type: 'request', data: renderRequest(request) }] : []),
  ];
}

function renderExceptions(exceptions: readonly WireException[]): Record<string, unknown> {
  const values = exceptions.map(({ type, value, module, mechanism, stacktrace }) => {
    const frames = stacktrace?.frames ?? [];
    const hasSystemFrames = frames.some((frame) => frame.in_app !== true);
    const trace = { frames: frames.map(renderFrame), framesOmitted: null, registers: null, hasSystemFrames };
    return {
      type: type ?? null,
      value: value ?? null,
      module: module ?? null,
      mechanism: mechanism ?? null,
      threadId: null,
      stacktrace: stacktrace ? trace : null,
      rawStacktrace: null,
    };
  });
  return { values, excOmitted: null, hasSystemFrames: values.some((one) => one.stacktrace?.hasSystemFrames === true) };
}

/** A frame of an event of the API. Where an SDK sends no absolute path, the server takes the file's name for it. */
function renderFrame(frame: WireFrame): Record<string, unknown> {
  return {
    function: frame.function ?? null,
    errors: null,
    colNo: frame.colno ?? null,
    vars: frame['vars'] ?? null,
    package: null,
    absPath: frame.abs_path ?? frame.filename ?? null,
    inApp: frame.in_app ?? false,
    lineNo: frame.lineno ?? null,
    module: frame.module ?? null,
    filename: frame.filename ?? null,
    platform: null,
    instructionAddr: null,
    context: frameContext(frame),
    symbolAddr: null,
    trust: null,
    symbol: null,
  };
}

function renderBreadcrumb(one: NonNullable<WireEvent['breadcrumbs']>[number]): Record<string, unknown> {
  return {
    category: one.category ?? null,
    level: one.level ?? 'info',
    event_id: null,
    timestamp: isoTime(one.timestamp),
    data: one.data ?? null,
    message: one.message ?? null,
    type: one.type ?? 'default',
  };
}

function renderRequest(request: NonNullable<WireEvent['request']>): Record<string, unknown> {
  const { url, method, headers = {}, query_string } = request;
  const cookies = request['cookies'];
  return {
    fragment: null,
    cookies: typeof cookies === 'object' && cookies !== null ? Object.entries(cookies) : [],
    inferredContentType: null,
    env: null,
    headers: Object.entries(headers),
    url: url ?? null,
    query: [...new URLSearchParams(query_string ?? '')],
    data: request['data'] ?? null,
    method: method ?? null,
  };
}

import { frameContext, isoTime } from '../tracker/frame-context.ts';
import { messageOf } from '../tracker/grouping.ts';
import type { EventRecord } from '../tracker/records.ts';
import type { WireEvent, WireException, WireFrame } from '../tracker/wire-event.ts';

/** An event as the API gives it: under the server's id, with the SDK's beside it. */
export function renderEvent(event: EventRecord): Record<string, unknown> {
  const { payload, issue, project } = event;
  const index = issue.events.indexOf(event);
  return {
    id: event.serverId,
    eventID: event.id,
    projectID: project.id,
    groupID: String(issue.id),
    dateCreated: new Date(event.happenedAt).toISOString(),
    dateReceived: new Date(event.receivedAt).toISOString(),
    dist: payload.dist ?? null,
    culprit: issue.culprit,
    packages: payload.modules ?? null,
    type: payload.exception ? 'error' : 'default',
    title: issue.title,
    message: messageOf(payload) || issue.title,
    metadata: issue.metadata,
    tags: event.tags.map(([key, value]) => ({ key, value })),
    platform: payload.platform,
    entries: renderEntries(payload),
    contexts: payload.contexts ?? null,
    context: payload.extra ?? null,
    user: payload.user ?? null,
    sdk: payload.sdk ?? null,
    userReport: null,
    previousEventID: issue.events[index - 1]?.serverId ?? null,
    nextEventID: issue.events[index + 1]?.serverId ?? null,
  };
}

function renderEntries(payload: WireEvent): Record<string, unknown>[] {
  const { exception, breadcrumbs, request } = payload;
  const message = messageOf(payload);
  return [
    ...(exception ? [{ type: 'exception', data: renderExceptions(exception) }] : []),
    ...(breadcrumbs ? [{ type: 'breadcrumbs', data: { values: breadcrumbs.map(renderBreadcrumb) } }] : []),
    ...(message === '' ? [] : [{ type: 'message', data: { formatted: message } }]),
    ...(request ? [{ type: 'request', data: renderRequest(request) }] : []),
  ];
}

/** `hasSystemFrames` says by mistake that there are frames of one's own: `get_entries` sets it for `in_app`. */
function renderExceptions(exceptions: readonly WireException[]): Record<string, unknown> {
  const frames = exceptions.flatMap(({ stacktrace }) => stacktrace?.frames ?? []);
  return {
    values: exceptions.map(({ type, value, module, mechanism, stacktrace }) =>
      present({
        type: type ?? 'Error',
        value,
        module,
        mechanism,
        stacktrace: stacktrace ? { frames: stacktrace.frames.map(renderFrame) } : undefined,
      }),
    ),
    hasSystemFrames: frames.some((frame) => frame.in_app === true),
  };
}

/** What is null or default is left out, and the file's name stands for an absolute path where none was sent. */
function renderFrame(frame: WireFrame): Record<string, unknown> {
  const context = frameContext(frame);
  return present({
    filename: frame.filename,
    function: frame.function,
    module: frame.module,
    absPath: frame.abs_path ?? frame.filename,
    lineNo: frame.lineno,
    colNo: frame.colno,
    inApp: frame.in_app,
    context_line: frame.context_line,
    vars: frame['vars'],
    context,
  });
}

function renderBreadcrumb(one: NonNullable<WireEvent['breadcrumbs']>[number]): Record<string, unknown> {
  const { category, message, level, type, data, timestamp } = one;
  return {
    type: type ?? 'default',
    category: category ?? null,
    message: message ?? null,
    data: data ?? null,
    // What is no level of Glitchtip's is none: `invalid_to_none`.
    level: ['fatal', 'error', 'warning', 'info', 'debug'].includes(level ?? 'info') ? (level ?? 'info') : null,
    timestamp: isoTime(timestamp),
    event_id: null,
  };
}

function renderRequest({ url, method, headers = {}, query_string }: NonNullable<WireEvent['request']>): unknown {
  return {
    url: url ?? null,
    method: method ?? null,
    headers: Object.entries(headers).toSorted(([one], [other]) => one.localeCompare(other)),
    query: [...new URLSearchParams(query_string ?? '')],
    inferredContentType: null,
  };
}

function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}

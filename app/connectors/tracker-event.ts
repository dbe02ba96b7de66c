import { z } from 'zod';
import type { Breadcrumb, FailedWith, Failure, Frame } from '#core/domain/alert/failure.ts';
import { Words } from './tracker-payload.ts';

/*
 * Issues and events as both trackers' APIs give them: https://docs.sentry.io/api/events/retrieve-an-issue-event/ and, with less
 * in it, glitchtip-backend, apps/issue_events/schema.py. Only the fields that are read; whatever is missing is null.
 */

const FRAMES_MAX = 250;
const ERRORS_MAX = 20;
const BREADCRUMBS_MAX = 100;
const TAGS_MAX = 100;

const Text = Words.nullish().catch(null);
const Count = z.coerce.number().int().min(0).nullish().catch(null);

const FrameOfApi = z.object({
  filename: Text,
  absPath: Text,
  function: Text,
  lineNo: z.number().int().min(1).nullish().catch(null),
  inApp: z.boolean().nullish().catch(null),
  context: z
    .array(z.tuple([z.number(), z.string().nullable()]))
    .nullish()
    .catch(null),
});
const ErrorOfApi = z.object({
  type: Text,
  value: Text,
  stacktrace: z
    .object({ frames: z.array(FrameOfApi) })
    .nullish()
    .catch(null),
});
const Entry = z.object({ type: z.string(), data: z.unknown() });
const Errors = z.object({ values: z.array(ErrorOfApi) });
const Breadcrumbs = z.object({ values: z.array(z.object({ timestamp: Text, category: Text, message: Text })) });
const RequestEntry = z.object({ method: Text, url: Text });

/** The newest event of an issue. */
export const TrackerEvent = z.object({
  eventID: Text,
  tags: z.array(z.object({ key: Words, value: Text })).catch([]),
  entries: z.array(Entry).catch([]),
  release: z.object({ version: Text }).nullish().catch(null),
});

/** The issue itself. */
export const TrackerIssue = z.object({ count: Count, userCount: Count, firstSeen: Text, lastSeen: Text });

/** Both as one failure. Glitchtip counts no people: its count is 0 whatever happened, and so is not believed. */
export function failureOf(
  event: z.infer<typeof TrackerEvent>,
  issue: z.infer<typeof TrackerIssue>,
  { countsUsers }: { countsUsers: boolean },
): Failure {
  const entry = <Schema extends z.ZodType>(type: string, schema: Schema): z.output<Schema> | undefined =>
    schema.safeParse(event.entries.find((one) => one.type === type)?.data).data;
  const tag = (name: string): string | null => event.tags.find(({ key }) => key === name)?.value ?? null;
  const request = entry('request', RequestEntry);
  return {
    eventId: event.eventID ?? null,
    errors: (entry('exception', Errors)?.values ?? []).slice(-ERRORS_MAX).map(errorOf),
    breadcrumbs: (entry('breadcrumbs', Breadcrumbs)?.values ?? []).slice(-BREADCRUMBS_MAX).map(breadcrumbOf),
    request: request?.url ? { method: request.method ?? 'GET', url: request.url } : null,
    tags: event.tags.slice(0, TAGS_MAX).map(({ key, value }) => [key, value ?? ''] as const),
    release: event.release?.version ?? tag('release'),
    environment: tag('environment'),
    events: issue.count ?? null,
    users: countsUsers ? (issue.userCount ?? null) : null,
    firstSeen: issue.firstSeen ?? null,
    lastSeen: issue.lastSeen ?? null,
  };
}

function errorOf({ type, value, stacktrace }: z.infer<typeof ErrorOfApi>): FailedWith {
  const frames = (stacktrace?.frames ?? []).slice(-FRAMES_MAX);
  return { type: type ?? 'Error', value: value ?? '', frames: frames.map(frameOf) };
}

function frameOf(frame: z.infer<typeof FrameOfApi>): Frame {
  return {
    // The absolute path is of the machine, and the same for equal names in different folders; bundlers leave it out.
    file: frame.absPath ?? frame.filename ?? '',
    function: frame.function ?? null,
    line: frame.lineNo ?? null,
    inApp: frame.inApp ?? false,
    context: (frame.context ?? []).map(([line, text]) => ({ line, text: text ?? '' })),
  };
}

function breadcrumbOf(one: z.infer<typeof Breadcrumbs>['values'][number]): Breadcrumb {
  return { at: one.timestamp ?? null, category: one.category ?? '', message: one.message ?? '' };
}

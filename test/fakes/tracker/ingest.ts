import type { IncomingHttpHeaders } from 'node:http';
import { decompress, readEnvelope, type Envelope } from './envelope.ts';
import type { ApiParts } from './api.ts';
import { failureAnswer } from './api.ts';
import { refused } from './failure.ts';
import { takeIn } from './intake.ts';
import type { ProjectRecord } from './records.ts';
import type { Answer } from './route.ts';
import { WireEvent } from './wire-event.ts';
import { findProject } from './world.ts';

/** What violations and faults call the way in. */
export const INGEST = 'POST /api/:project/envelope/';

const PATH = /^\/api\/(?<project>\d+)\/envelope\/$/;

/** A request of an SDK. */
export interface IngestRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Whether a path is the way in for SDKs. */
export function isIngest(path: string): boolean {
  return PATH.test(path);
}

/**
 * Takes in what an SDK sent. Never throws: an envelope that cannot be read, or an event that is not as documented, is a
 * violation and 400; a DSN that fits no project is refused. Whatever is no event is counted only.
 */
export async function answerIngest(parts: ApiParts, request: IngestRequest): Promise<Answer> {
  const { world } = parts;
  try {
    const envelope = readEnvelope(decompress(request.bytes, request.headers['content-encoding']));
    const project = projectOfDsn(parts, request, envelope);
    const events = envelope.items.filter((item) => item.type === 'event');
    for (const { type } of envelope.items)
      if (type !== 'event') world.otherItems.set(type, (world.otherItems.get(type) ?? 0) + 1);
    const payloads = events.map(({ payload }) => WireEvent.parse(JSON.parse(payload.toString('utf8'))));
    for (const payload of payloads) takeIn(world, project, payload);
    return { status: 200, body: { id: payloads[0]?.event_id ?? envelope.eventId ?? null } };
  } catch (error) {
    const refusal = failureAnswer(error);
    if (refusal) return refusal;
    world.violations.push({ direction: 'request', operationId: INGEST, errors: [String(error)] });
    return { status: 400, body: { detail: `bad envelope: ${String(error)}` } };
  }
}

/** The key is in the query, in a header or in the envelope's own DSN; it belongs to one project. */
function projectOfDsn({ world, refusals }: ApiParts, request: IngestRequest, envelope: Envelope): ProjectRecord {
  const header = [request.headers['x-sentry-auth']].flat()[0];
  const key =
    request.query.get('sentry_key') ??
    /sentry_key=(?<key>[^,\s]+)/.exec(header ?? '')?.groups?.['key'] ??
    (envelope.dsn === undefined ? undefined : new URL(envelope.dsn).username);
  if (key === undefined) throw refused(401, 'missing authorization information');
  const project = findProject(world, PATH.exec(request.path)?.groups?.['project'] ?? '');
  if (project?.publicKey !== key) throw refusals.badDsn();
  return project;
}

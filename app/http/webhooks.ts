import type { IncomingMessage, ServerResponse } from 'node:http';
import { toAppError } from '#core/domain/errors.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type {
  Admission,
  ArrivedDelivery,
  ConnectorDoor,
  Knock,
  TrackerDoor,
  WebhookDoor,
} from '#core/ports/host/webhook-door.ts';

/** GitHub sends at most 25 MB (docs.github.com, "Webhook events and payloads"). */
const BODY_BYTES_MAX = 25 * 1024 * 1024;
/** GitHub waits 10 s and never retries by itself; within 2 s it must be on record or refused, so that it shows as failed there. */
const RECORD_TIMEOUT_MS = 2_000;

/** Reads on past the limit without keeping anything: a sender that is cut off would never see the answer. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (bytes > BODY_BYTES_MAX) return undefined;
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function say(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ detail }));
}

function admitted(response: ServerResponse, outcome: string, answer: string | undefined): void {
  if (answer === undefined) return say(response, 202, outcome);
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
}

async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Whose webhook is called, and what stands behind that in the address. */
export interface Addressed {
  readonly name: string;
  readonly path: readonly string[];
}

/**
 * Answers `POST /webhooks/<sender>/…`, of a Git host, an error tracker or a connector: 202 (200 where the sender wants an answer of its own) once the delivery is on record (also when it was before), 401 or 400 when it is
 * not genuine, 413 above 25 MB or what its sender may send, 503 when it could not be recorded within 2 s. Nothing else happens in the request.
 * On plain node:http, because the intake is the one hot path.
 */
export function webhookHandler(deps: {
  doors: ReadonlyMap<string, WebhookDoor>;
  trackers: ReadonlyMap<string, TrackerDoor | ConnectorDoor>;
  receive: (delivery: ArrivedDelivery) => Promise<'recorded' | 'repeated'>;
  logger: Logger;
}): (request: IncomingMessage, response: ServerResponse, to: Addressed) => Promise<void> {
  return async (request, response, { name: host, path }) => {
    const door = doorFor(deps, { name: host, path });
    if (door === undefined) return say(response, 404, 'No such webhook.');
    const body = await readBody(request);
    if (body === undefined) return say(response, 413, 'The delivery is larger than 25 MB.');
    const admission = await door({ headers: request.headers, body });
    if (admission.kind === 'refused') {
      deps.logger.warn({ host, reason: admission.reason }, 'a webhook was refused');
      return say(response, admission.status, admission.reason);
    }
    try {
      const outcome = await within(RECORD_TIMEOUT_MS, deps.receive(admission.delivery));
      if (outcome !== 'late') return admitted(response, outcome, admission.answer);
      deps.logger.error({ host, guid: admission.delivery.guid }, 'a delivery was not recorded in time');
    } catch (thrown) {
      const err = toAppError(thrown, 'Recording a delivery');
      deps.logger.error({ host, guid: admission.delivery.guid, err }, 'a delivery was not recorded');
    }
    return say(response, 503, 'The delivery could not be recorded. Please redeliver it.');
  };
}

/** The door an address means: a host has one, a tracker one for each of its sources. */
function doorFor(
  {
    doors,
    trackers,
  }: { doors: ReadonlyMap<string, WebhookDoor>; trackers: ReadonlyMap<string, TrackerDoor | ConnectorDoor> },
  { name, path }: Addressed,
): ((knock: Knock) => Promise<Admission>) | undefined {
  if (path.length === 0) return doors.get(name);
  const tracker = trackers.get(name);
  return tracker && ((knock) => tracker({ ...knock, path }));
}

import type { PlacedRunLogEvent } from '#core/contracts/run-log.ts';

const NOT_ASCII = /[^\x00-\x7f]/g;

/**
 * JSON with nothing but ASCII in it. Clients that take `text/event-stream` for ISO-8859-1, or that split lines at U+2028,
 * lose frames otherwise (reference/api-contract.md, 2.2).
 */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(NOT_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** One event as a frame of a stream, with its position as id so that a client can go on after it. */
export function eventFrame({ position, event }: PlacedRunLogEvent): string {
  return `event: message\nid: ${position}\ndata: ${asciiJson(event)}\n\n`;
}

/** The first frame of a stream; it has no id, so it does not move where a client stands. */
export function readyFrame(requestId: string): string {
  return `event: message\ndata: ${asciiJson({ request_id: requestId, type: 'heartbeat', message: 'stream_ready' })}\n\n`;
}

/** Says that events up to a position were deleted because of their age; a client that comes back goes on after them. */
export function deletedFrame(
  { requestId, runId }: { requestId: string; runId: string | null },
  position: number,
): string {
  const message = `The log up to here (position ${position}) was deleted because of its age.`;
  const ids = { request_id: requestId, ...(runId === null ? {} : { run_id: runId }) };
  return `event: message\nid: ${position}\ndata: ${asciiJson({ ...ids, type: 'status', stage: 'log_deleted', message })}\n\n`;
}

/** Keeps the connection alive; clients ignore it. */
export const KEEPALIVE_FRAME = ': keepalive\n\n';

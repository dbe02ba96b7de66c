import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reply } from './reply.ts';
import { formatEvent } from './response-events.ts';

/**
 * Writes a reply, a stream one event at a time, and tells `onSent` each piece of the body. Resolves when nothing more
 * will be written; a client that goes away early is no error.
 */
export async function writeReply(
  response: ServerResponse,
  reply: Reply,
  onSent: (text: string) => void,
): Promise<void> {
  if (reply.kind === 'json') {
    const text = JSON.stringify(reply.body);
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    onSent(text);
    response.end(text);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  for (const event of reply.events) {
    const text = formatEvent(event);
    onSent(text);
    if (!(await written(response, text))) return;
  }
  if (reply.ending === 'complete') response.end();
  if (reply.ending === 'cut') response.destroy();
}

/** Waits, unless the client leaves first. Says whether it is still there. */
export async function pause(response: ServerResponse, milliseconds: number): Promise<boolean> {
  if (milliseconds <= 0) return !response.destroyed;
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  try {
    await delay(milliseconds, undefined, { signal: gone.signal });
    return true;
  } catch {
    return false;
  } finally {
    response.off('close', leave);
  }
}

function written(response: ServerResponse, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    response.write(text, (error) => resolve(error === null || error === undefined));
  });
}

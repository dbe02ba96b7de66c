import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DoorOrder, type DoorOpened } from '#core/contracts/gateway-wire.ts';
import type { WireError } from '#core/contracts/guest-wire.ts';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { Exchange } from '../model/answer-error.ts';
import type { DoorRegistry, RegisteredDoor } from './door-registry.ts';

/** What the workers' side of the service is made of. */
export interface AdminOptions {
  readonly secret: string;
  readonly doors: DoorRegistry;
  readonly guests: () => DoorOpened['guests'];
  /** Resolves when every call that ended has been handed to `doors.recorded`. */
  readonly settled: () => Promise<void>;
  readonly logger: Logger;
}

/** An order names at most a thousand hosts. */
const ORDER_BYTES_MAX = 1024 * 1024;
/** Whoever knocks again and again must not fill the log. */
const WARN_EVERY_MS = 60_000;
const DOOR_PATH = /^\/doors\/([A-Za-z0-9_-]{1,64})\/(events|close)\?after=(\d{1,15})$/;
const STATUS = {
  invalid: 400,
  denied: 401,
  missing: 404,
  conflict: 409,
  limited: 429,
  unavailable: 503,
  ambiguous: 503,
  internal: 500,
};

/** Answers requests of workers; whoever does not know the secret is told so, and that is false. Never throws. */
export function createAdminHandler(options: AdminOptions): (exchange: Exchange) => boolean {
  const expected = digest(options.secret);
  let quietUntil = 0;
  return (exchange) => {
    const { request, response } = exchange;
    if (!timingSafeEqual(digest(bearerOf(request)), expected)) {
      const level = Date.now() < quietUntil ? 'debug' : 'warn';
      options.logger[level]({ address: request.socket.remoteAddress }, 'gateway refused a caller without the secret');
      if (level === 'warn') quietUntil = Date.now() + WARN_EVERY_MS;
      response.setHeader('connection', 'close');
      answerAppError(response, new AppError('denied', 'The secret is not the one of this gateway'));
      return false;
    }
    route(options, exchange).catch((thrown: unknown) => {
      const error = toAppError(thrown, 'The gateway request');
      if (error.code === 'internal') options.logger.error({ err: thrown }, 'a gateway request failed');
      answerAppError(response, error);
    });
    return true;
  };
}

async function route(options: AdminOptions, { request, response }: Exchange): Promise<void> {
  if (request.method !== 'POST') throw new AppError('missing', 'There is no such operation at the gateway');
  if (request.url === '/doors') {
    const { id, token } = options.doors.open(await readOrder(request));
    const opened: DoorOpened = { id, token, guests: options.guests() };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(opened));
    return;
  }
  const [, id = '', verb, after] = DOOR_PATH.exec(request.url ?? '') ?? [];
  const door = options.doors.find(id);
  if (door === undefined) throw new AppError('missing', 'The gateway has no such door; it was closed or lost');
  request.resume();
  if (verb === 'events') door.served.follow(Number(after), response);
  else await finish(options, door, { after: Number(after), response });
}

async function finish(
  { doors, settled }: AdminOptions,
  door: RegisteredDoor,
  { after, response }: { after: number; response: ServerResponse },
): Promise<void> {
  await door.room.end();
  await settled();
  door.served.sayStanding();
  response.once('close', () => void doors.close(door));
  door.served.finish(after, response);
}

async function readOrder(request: IncomingMessage): Promise<DoorOrder> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > ORDER_BYTES_MAX) throw new AppError('invalid', 'The order for a door is too long');
    chunks.push(bytes);
  }
  const parsed = DoorOrder.safeParse(parseJson(Buffer.concat(chunks).toString('utf8')));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new AppError('invalid', `The order for a door is wrong in: ${fields || 'all of it'}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bearerOf(request: IncomingMessage): string {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function answerAppError(response: ServerResponse, { code, message }: AppError): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ code, message } satisfies WireError);
  response.writeHead(STATUS[code], { 'content-type': 'application/json' }).end(body);
}

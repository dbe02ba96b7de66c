import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { ErrorCode } from '#core/domain/errors.ts';
import type { Provisioner } from '#core/ports/provisioner.ts';
import { serveCreate } from './server/create.ts';
import { serveExec } from './server/exec.ts';
import type { RunningExecs } from './server/exec.ts';
import { createGuestRegister } from './server/guests.ts';
import type { GuestRegister } from './server/guests.ts';
import { serveReap } from './server/reap.ts';

/** What the sandbox process serves, and where. */
export interface SandboxDoor {
  readonly provisioner: Provisioner;
  /** Path of the Unix socket; only this user can connect. */
  readonly socketPath: string;
  /** Only directories below this one can be shown to a guest. */
  readonly socketRoot: string;
}

/** Everything one request needs. */
interface Exchange {
  readonly door: SandboxDoor;
  readonly guests: GuestRegister;
  readonly running: RunningExecs;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  denied: 403,
  missing: 404,
  conflict: 409,
  limited: 429,
  internal: 500,
  ambiguous: 500,
  unavailable: 503,
};
const OWNER_ONLY = 0o600;
/** Milliseconds between two looks for connections that have nothing more to say, while closing. */
const IDLE_SWEEP_MS = 20;

/**
 * Serves one provisioner on a Unix socket. The API can name a run, its doors and an image that the installation allows, run a
 * command in a guest made that way, and remove it; it cannot express a mount, a flag or a network. Disposing closes the socket and
 * leaves the guests to {@link Provisioner.reap}.
 */
export async function listenSandbox(door: SandboxDoor): Promise<AsyncDisposable> {
  const guests = createGuestRegister();
  const running: RunningExecs = new Map();
  const server = createServer((request, response) => {
    answer({ door, guests, running, request, response }).catch((thrown: unknown) => refuse(response, thrown));
  });
  server.requestTimeout = 0;
  await rm(door.socketPath, { force: true });
  server.listen(door.socketPath);
  await once(server, 'listening');
  await chmod(door.socketPath, OWNER_ONLY);
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const abort of running.values()) abort.abort();
      const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
      await closed;
      clearInterval(sweep);
    },
  };
}

async function answer(exchange: Exchange): Promise<void> {
  const { door, guests, running, request, response } = exchange;
  const [method, path] = [request.method, (request.url ?? '').split('/').slice(1).map(decodeURIComponent)];
  const [collection, id, part, partId] = path;
  if (method === 'POST' && collection === 'ready') {
    await door.provisioner.ready();
    const { name, doors } = door.provisioner;
    return reply(response, 200, { provisioner: name, doors });
  }
  if (method === 'POST' && collection === 'reap') return serveReap({ ...door, guests, request, response });
  if (method === 'POST' && collection === 'guests' && id === undefined) {
    return serveCreate({ ...door, request, response, keep: guests.keep });
  }
  const guest = guests.find(id ?? '');
  if (collection !== 'guests' || guest === undefined) throw new AppError('missing', 'workspace is not known here');
  if (method === 'POST' && part === 'execs') return serveExec({ guest, request, response, running });
  if (method === 'DELETE' && part === 'execs') running.get(partId ?? '')?.abort();
  else if (method === 'DELETE' && part === undefined) {
    await guest.destroy();
    guests.drop(guest.id);
  } else throw new AppError('missing', 'the sandbox has no such operation');
  reply(response, 204);
}

function reply(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function refuse(response: ServerResponse, thrown: unknown): void {
  const { code, message } = toAppError(thrown, 'answer the worker');
  if (response.headersSent) response.destroy();
  else reply(response, STATUS[code], { code, message });
}

import { realpath } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sep } from 'node:path';
import { CreateGuest } from '#core/contracts/guest-wire.ts';
import type { CreationLine } from '#core/contracts/guest-wire.ts';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { Guest, GuestLabels, GuestSpec, Provisioner } from '#core/ports/provisioner.ts';

/** One request for a guest. */
export interface CreateExchange {
  readonly provisioner: Provisioner;
  /** Only directories below this one can be shown to a guest. */
  readonly socketRoot: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Keeps the guest, so that later requests find it. */
  readonly keep: (guest: Guest, labels: GuestLabels) => void;
}

const BODY_BYTES_MAX = 64 * 1024;
/** Characters of one line of progress. */
const LINE_CHARACTERS_MAX = 1_000;

/**
 * Makes a guest and tells of each step on the way, one line each, and of the outcome on the last. A guest whose client went
 * away meanwhile is destroyed again. Throws AppError before the first line only.
 */
export async function serveCreate(exchange: CreateExchange): Promise<void> {
  const { provisioner, response, keep } = exchange;
  const spec = await readSpec(exchange);
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  const say = (line: CreationLine): void => void response.write(`${JSON.stringify(line)}\n`);
  try {
    const onProgress = (line: string): void => say({ progress: line.slice(0, LINE_CHARACTERS_MAX) });
    const guest = await provisioner.create({ ...spec, onProgress });
    if (response.destroyed) return await guest.destroy();
    keep(guest, spec.labels);
    say({ guest: { id: guest.id, madeFrom: guest.madeFrom, provisioner: provisioner.name, paths: guest.paths } });
  } catch (thrown) {
    const { code, message } = toAppError(thrown, 'create a workspace');
    say({ error: { code, message } });
  } finally {
    response.end();
  }
}

async function readSpec({ request, socketRoot }: CreateExchange): Promise<GuestSpec> {
  const read = CreateGuest.safeParse(await readJson(request));
  if (!read.success) throw new AppError('invalid', 'request for a workspace is malformed', { cause: read.error });
  const { labels, doors, image } = read.data;
  const rest = { labels, ...(image === undefined ? {} : { image }) };
  if (doors.kind === 'network') return { ...rest, doors };
  return { ...rest, doors: { kind: 'sockets', directory: await requireBelow(socketRoot, doors.directory) } };
}

/** Links are resolved before the comparison, and the resolved path is what the guest gets. */
async function requireBelow(socketRoot: string, directory: string): Promise<string> {
  const [root, wanted] = await Promise.all([socketRoot, directory].map((path) => realpath(path).catch(() => '')));
  if (root !== '' && wanted?.startsWith(`${root}${sep}`) === true) return wanted;
  throw new AppError('denied', 'socket directory is outside the one that workspaces may see');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new AppError('invalid', 'request body is too large');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileRecord } from './file-record.ts';
import type { World } from './world.ts';

const SIGNED = '/storage/';
const ATTACHED = '/user-attachments/assets/';

/** Files that people attach to what they write. */
export interface Attachments {
  /** Returns the address to write into a text. Without a person's session nobody gets anything there. */
  attach(file: { bytes: Uint8Array; type?: string }): string;
}

/** Binds them to one world. */
export function createAttachments(world: World): Attachments {
  return {
    attach: ({ bytes, type = 'image/png' }) => `${world.webUrl}${ATTACHED}${storeFile(world, { bytes, type }).id}`,
  };
}

/** Keeps a file that only {@link signedUrl} leads to. */
export function storeFile(world: World, file: Pick<FileRecord, 'bytes' | 'type'>): FileRecord {
  const stored = { id: randomUUID(), signature: randomBytes(16).toString('hex'), ...file };
  world.files.set(stored.id, stored);
  return stored;
}

/** An address that needs no session. */
export function signedUrl(world: World, { id, signature }: FileRecord): string {
  return `${world.webUrl}${SIGNED}${id}?jwt=${signature}`;
}

/** The signed address of what was attached; undefined for any other address. */
export function signedAttachment(world: World, url: string): string | undefined {
  const prefix = `${world.webUrl}${ATTACHED}`;
  const file = url.startsWith(prefix) ? world.files.get(url.slice(prefix.length)) : undefined;
  return file && signedUrl(world, file);
}

/** Whether a path belongs to the storage. */
export function isFilePath(path: string): boolean {
  return path.startsWith(SIGNED) || path.startsWith(ATTACHED);
}

/** Serves a file to whoever has its signature. A credential that is sent along is a violation: storage is no API. */
export function serveFile(world: World, request: IncomingMessage, response: ServerResponse): { status: number } {
  const url = new URL(request.url ?? '/', world.webUrl);
  if (request.headers.authorization !== undefined || request.headers.cookie !== undefined) {
    const errors = ['a credential was sent to the storage'];
    world.violations.push({ direction: 'request', operationId: `${request.method ?? ''} ${url.pathname}`, errors });
  }
  const file = url.pathname.startsWith(SIGNED) ? world.files.get(url.pathname.slice(SIGNED.length)) : undefined;
  if (file === undefined || url.searchParams.get('jwt') !== file.signature) {
    response.writeHead(404).end('Not Found');
    return { status: 404 };
  }
  response.writeHead(200, { 'content-type': file.type }).end(file.bytes);
  return { status: 200 };
}

import { randomBytes } from 'node:crypto';
import type { ProjectRecord } from './records.ts';

const SECRET_BYTES = 16;

/** Keeps a file with a project, as the editor of the web site does, and gives the address to write into a text. */
export function addUpload({ uploads }: ProjectRecord, { name, bytes }: { name: string; bytes: Uint8Array }): string {
  const secret = randomBytes(SECRET_BYTES).toString('hex');
  uploads.set(`${secret}/${name}`, bytes);
  return `/uploads/${secret}/${encodeURIComponent(name)}`;
}

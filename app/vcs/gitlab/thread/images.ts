import { z } from 'zod';
import { readWhole } from '#core/domain/text/bounded-bytes.ts';
import { AppError } from '#core/domain/errors.ts';
import { pictureTypeOf, type PictureType } from '#core/domain/text/picture-type.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { ImageReader } from '#core/ports/host/thread-reader.ts';
import type { Api } from '../wire/api.ts';
import type { OpenFile } from '../wire/downloads.ts';
import { nameOf } from './noteable.ts';
import { notesOf } from './notes.ts';
import { Text } from '../inbound/payloads.ts';
import { uploadLinks, type UploadLink } from './upload-links.ts';

/** Uploads looked at for each picture that is wanted, since some are none. */
const TRIES_PER_IMAGE = 2;

const Thread = z.object({ description: Text, confidential: z.boolean().nullish() });
const Note = z.object({ body: z.string(), internal: z.boolean().nullish() });

/** What reading pictures needs; `webUrl` without trailing slash. */
export interface ImageReaderDeps {
  readonly api: Api;
  readonly openFile: OpenFile;
  readonly webUrl: string;
}

/**
 * Fetches pictures that were uploaded to the project, by the API, which gives those of private projects too; no address that
 * somebody wrote is ever asked. Scope `read_api`, role Guest; from GitLab 17.4 on
 * (https://docs.gitlab.com/api/project_markdown_uploads/#download-an-uploaded-file-by-secret-and-filename).
 */
export function createImageReader({ api, openFile, webUrl }: ImageReaderDeps): ImageReader {
  return {
    async readImages(repo, from, { countMax, bytesMax }) {
      const place = { webUrl, fullName: fullName(repo), projectId: repo.id };
      const links = uploadLinks(await readText(api, repo, from), place);
      const images: { name: string; type: string; bytes: Uint8Array }[] = [];
      for (const link of links.slice(0, countMax * TRIES_PER_IMAGE)) {
        if (images.length >= countMax) break;
        const image = await fetchImage(openFile, repo, { link, bytesMax }).catch(() => undefined);
        if (image === undefined) continue;
        const { type, bytes } = image;
        images.push({ name: `picture-${images.length + 1}.${type}`, type: `image/${type}`, bytes });
      }
      return images;
    },
  };
}

async function fetchImage(
  openFile: OpenFile,
  repo: RepoRef,
  { link, bytesMax }: { link: UploadLink; bytesMax: number },
): Promise<{ type: PictureType; bytes: Uint8Array } | undefined> {
  const response = await openFile(repo, { path: ['uploads', link.secret, link.name] });
  const bytes = response && (await readWhole(response.body, bytesMax));
  const type = bytes && pictureTypeOf(bytes);
  return bytes && type !== undefined ? { type, bytes } : undefined;
}

/** The words as they are now; empty for a note of another thread, and for what not everybody may read. */
async function readText(
  api: Api,
  repo: RepoRef,
  { thread, commentId }: Parameters<ImageReader['readImages']>[1],
): Promise<string> {
  const { kind, number } = thread;
  const target = { repo, action: `reading the pictures in ${nameOf(repo, thread)}` };
  if (commentId !== null) {
    const note = api.read(target, (gitlab) => notesOf(gitlab, thread).show(repo.id, number, commentId), Note);
    const found = await unlessMissing(note);
    return found === undefined || found.internal === true ? '' : found.body;
  }
  const read = api.read(
    target,
    (gitlab) =>
      kind === 'issue'
        ? gitlab.Issues.show(number, { projectId: repo.id })
        : gitlab.MergeRequests.show(repo.id, number),
    Thread,
  );
  const found = await unlessMissing(read);
  return found === undefined || found.confidential === true ? '' : found.description;
}

async function unlessMissing<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
    throw thrown;
  });
}

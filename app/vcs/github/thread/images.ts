import { z } from 'zod';
import { readWhole } from '#core/domain/text/bounded-bytes.ts';
import { AppError } from '#core/domain/errors.ts';
import { pictureTypeOf, type PictureType } from '#core/domain/text/picture-type.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { ImageReader } from '#core/ports/host/thread-reader.ts';
import type { Api, Send } from '../wire/api.ts';
import { imageSources } from './image-sources.ts';
import { openFile } from '../wire/storage.ts';

/** Addresses looked at for each picture that is wanted, since some lead to none. */
const TRIES_PER_IMAGE = 2;
const REDIRECTS_MAX = 2;

/** With the body as GitHub renders it, in which attachments of private repositories have signed addresses, good for minutes. */
const headers = { accept: 'application/vnd.github.full+json' };

const Rendered = z.object({
  body_html: z.string().nullish(),
  issue_url: z.string().optional(),
  pull_request_url: z.string().optional(),
});

/** What reading pictures needs; `webUrl` without trailing slash. */
export interface ImageReaderDeps {
  readonly api: Api;
  readonly webUrl: string;
}

/**
 * Fetches pictures by their addresses in the rendered body. No credential of ours is sent there, and nothing but GitHub's own
 * storage is asked: neither other sites nor `camo`, GitHub's proxy to them. Permission: issues:read on an issue,
 * pull_requests:read on a pull request (https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types).
 */
export function createImageReader({ api, webUrl }: ImageReaderDeps): ImageReader {
  const web = new URL(webUrl);
  return {
    async readImages(repo, from, { countMax, bytesMax }) {
      const sources = imageSources(await readHtml(api, repo, from), webUrl).filter((url) => isStorage(url, web));
      const images: { name: string; type: string; bytes: Uint8Array }[] = [];
      for (const url of sources.slice(0, countMax * TRIES_PER_IMAGE)) {
        if (images.length >= countMax) break;
        const image = await fetchImage(url, { web, bytesMax }).catch(() => undefined);
        if (image === undefined) continue;
        const { type, bytes } = image;
        images.push({ name: `picture-${images.length + 1}.${type}`, type: `image/${type}`, bytes });
      }
      return images;
    },
  };
}

/** Whether an address is GitHub's own: the server's, or that of what people attached (`*.githubusercontent.com`, `*.HOST`). */
function isStorage(url: URL, web: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.origin === web.origin) return true;
  if (url.protocol !== 'https:' || url.port !== '' || url.hostname.startsWith('camo.')) return false;
  return url.hostname.endsWith(web.hostname === 'github.com' ? '.githubusercontent.com' : `.${web.hostname}`);
}

async function fetchImage(
  url: URL,
  at: { web: URL; bytesMax: number },
): Promise<{ type: PictureType; bytes: Uint8Array } | undefined> {
  let next = url;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const response = await openFile(next);
    if (response.ok) {
      const bytes = await readWhole(response.body, at.bytesMax);
      const type = bytes && pictureTypeOf(bytes);
      return bytes && type !== undefined ? { type, bytes } : undefined;
    }
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return undefined;
    next = new URL(location, next);
    if (!isStorage(next, at.web)) return undefined;
  }
  return undefined;
}

type From = Parameters<ImageReader['readImages']>[1];

/**
 * The body as HTML. GitHub numbers comments, comments at lines and reviews each in its own series, and a caller does not say
 * which it means: they are asked for in turn, and what belongs to another thread does not count.
 */
async function readHtml(api: Api, repo: RepoRef, { thread, commentId }: From): Promise<string> {
  const { number, kind } = thread;
  const where = { owner: repo.owner, repo: repo.name, headers };
  const on = { ...where, pull_number: number };
  if (commentId === null) {
    const send: Send = (octokit) => octokit.rest.issues.get({ ...where, issue_number: number });
    return (await render(api, repo, { number, send }))?.body_html ?? '';
  }
  const sends: Send[] = [
    (octokit) => octokit.rest.issues.getComment({ ...where, comment_id: commentId }),
    (octokit) => octokit.rest.pulls.getReviewComment({ ...where, comment_id: commentId }),
    (octokit) => octokit.rest.pulls.getReview({ ...on, review_id: commentId }),
  ];
  for (const send of kind === 'issue' ? sends.slice(0, 1) : sends) {
    const found = await render(api, repo, { number, send });
    const owner = found?.issue_url ?? found?.pull_request_url;
    if (owner?.endsWith(`/${number}`) === true) return found?.body_html ?? '';
  }
  return '';
}

async function render(
  api: Api,
  repo: RepoRef,
  { number, send }: { number: number; send: Send },
): Promise<z.infer<typeof Rendered> | undefined> {
  const target = { repo, purpose: 'threads', action: `reading the pictures in ${fullName(repo)}#${number}` } as const;
  return api.read(target, send, Rendered).catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
    throw thrown;
  });
}

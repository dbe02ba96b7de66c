import { z } from 'zod';
import { pictureIn } from '../../domain/text/data-url.ts';

/** Files with one prompt or message; each costs as much as a page of text. */
const COUNT_MAX = 5;
const MEBIBYTE = 1_024 * 1_024;
/** Bytes of one picture, and of all together. */
const ONE_BYTES_MAX = 5 * MEBIBYTE;
const ALL_BYTES_MAX = 10 * MEBIBYTE;
/** Base64 takes four letters for three bytes. */
const URL_CHARS_MAX = (ONE_BYTES_MAX / 3) * 4 + 1_024;

/** A file given with a prompt; `uri` is a `data:` URL. */
export const Attachment = z
  .object({ uri: z.string(), name: z.string(), content_type: z.string() })
  .meta({ id: 'Attachment' });

const NewAttachment = z.object({
  uri: z.string().max(URL_CHARS_MAX).describe('A `data:` URL in base64'),
  name: z.string().trim().min(1).max(255),
  content_type: z.string().max(255).default(''),
});

/** Files that a client sends along: pictures only, since an agent can look at nothing else that is not in the repository. */
export const NewAttachments = z
  .array(NewAttachment)
  .max(COUNT_MAX)
  .default([])
  .superRefine((sent, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    let bytes = 0;
    for (const { uri, name } of sent) {
      const picture = pictureIn(uri);
      if (picture === undefined) refuse(`${name} is no \`data:\` URL of a PNG, JPEG, GIF or WebP picture in base64.`);
      else if (picture.byteCount > ONE_BYTES_MAX) refuse(`${name} is larger than 5 MiB.`);
      bytes += picture?.byteCount ?? 0;
    }
    if (bytes > ALL_BYTES_MAX) refuse('All together are larger than 10 MiB.');
  })
  .describe('Pictures: PNG, JPEG, GIF or WebP, at most 5, of 5 MiB each and 10 MiB together');
export type NewAttachments = z.infer<typeof NewAttachments>;

/** Pictures as a recorded call holds them. */
export function picturesOf(sent: NewAttachments): { name: string; content_type: string; base64: string }[] {
  return sent.flatMap(({ uri, name }) => {
    const picture = pictureIn(uri);
    return picture === undefined ? [] : [{ name, content_type: `image/${picture.type}`, base64: picture.base64 }];
  });
}

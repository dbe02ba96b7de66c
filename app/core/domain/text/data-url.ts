import { pictureTypeOf, type PictureType } from './picture-type.ts';

/** A picture as its client sent it; `base64` is what stood in the URL. */
export interface SentPicture {
  readonly type: PictureType;
  readonly base64: string;
  readonly byteCount: number;
}

const DATA_URL = /^data:[\w.+/-]*(?:;[\w.=-]+)*;base64,([A-Za-z0-9+/]+={0,2})$/;
/** Base64 digits of the longest opening that tells a format, in whole groups of four. */
const OPENING_DIGITS = 16;

/**
 * The picture in a `data:` URL (RFC 2397) of base64; undefined for any other URL, and for what is no PNG, JPEG, GIF or WebP by
 * its bytes, whatever it calls itself.
 */
export function pictureIn(url: string): SentPicture | undefined {
  const base64 = DATA_URL.exec(url)?.[1];
  if (base64 === undefined || base64.length % 4 !== 0) return undefined;
  const opening = Uint8Array.from(atob(base64.slice(0, OPENING_DIGITS)), (letter) => letter.charCodeAt(0));
  const type = pictureTypeOf(opening);
  if (type === undefined) return undefined;
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return { type, base64, byteCount: (base64.length / 4) * 3 - padding };
}

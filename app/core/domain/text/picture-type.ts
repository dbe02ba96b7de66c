/** Formats of pictures that agents take. */
export type PictureType = 'png' | 'jpeg' | 'gif' | 'webp';

/**
 * How files of these formats begin, a letter per byte. Sources: PNG (RFC 2083, 12.12), JPEG (ISO 10918-1, B.1.1.3), GIF89a
 * (17), WebP (RFC 9649, 2.4).
 */
const OPENINGS: readonly { readonly type: PictureType; readonly pattern: RegExp }[] = [
  { type: 'png', pattern: /^\x89PNG\r\n\x1a\n/ },
  { type: 'jpeg', pattern: /^\xff\xd8\xff/ },
  { type: 'gif', pattern: /^GIF8[79]a/ },
  { type: 'webp', pattern: /^RIFF[\s\S]{4}WEBP/ },
];
const OPENING_BYTES = 12;

/** The format of a file by its bytes, since what a server or a name says about it is not relied on; undefined for any other. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | undefined {
  const opening = String.fromCharCode(...bytes.subarray(0, OPENING_BYTES));
  return OPENINGS.find(({ pattern }) => pattern.test(opening))?.type;
}

const FIRST_CHARACTERS = 7;

/** The forms in which a secret could be carried out: as it is, encoded, and without its beginning, which fools scanners. */
export function secretForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.slice(4, -4);
  });
  return [
    secret,
    ...shifted,
    bytes.toString('hex'),
    encodeURIComponent(secret),
    [...secret].toReversed().join(''),
    secret.slice(FIRST_CHARACTERS),
  ];
}

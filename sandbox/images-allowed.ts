import { AppError } from '#core/domain/errors.ts';

/** Longest name of an image that is looked at. */
const NAME_CHARACTERS_MAX = 255;
/** Registry, path, tag and digest, without the fine points of their grammar (distribution's `reference` package). */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/;

/** What a beginning has to end in: after anything else, whoever takes a longer name of that beginning is allowed as well. */
const PART_ENDS = /[/:@]$/;

/**
 * Checks the list of an installation once, when it starts. Throws AppError `invalid` for a beginning that ends within a name:
 * `ghcr.io/acme*` would also allow `ghcr.io/acme-evil`.
 */
export function requireWholeBeginnings(allowed: readonly string[]): void {
  const open = allowed.find((entry) => entry.endsWith('*') && !PART_ENDS.test(entry.slice(0, -1)));
  if (open === undefined) return;
  throw new AppError(
    'invalid',
    `SANDBOX_IMAGES_ALLOWED: ${open} also allows longer names that somebody else may own; put /, : or @ before the *.`,
  );
}

/**
 * Refuses an image that a repository names unless the installation allows it: by its exact name, or by a beginning that
 * ends in `*`. Throws AppError `invalid` for what is no name, `denied` with what to do.
 */
export function requireAllowedImage(allowed: readonly string[], image: string): void {
  if (image.length > NAME_CHARACTERS_MAX || !NAME.test(image)) {
    throw new AppError('invalid', "The image in the repository's configuration is not a name of an image.");
  }
  if (allowed.some((entry) => (entry.endsWith('*') ? goesOn(image, entry.slice(0, -1)) : image === entry))) return;
  throw new AppError(
    'denied',
    `The image ${image} is not allowed here. Whoever runs this installation can add it to SANDBOX_IMAGES_ALLOWED.`,
  );
}

/** A path after a colon would make it a port, and so a registry of what was the name of an image. */
function goesOn(image: string, beginning: string): boolean {
  return image.startsWith(beginning) && (beginning.endsWith('/') || !image.slice(beginning.length).includes('/'));
}

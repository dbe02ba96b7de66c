import { AppError } from '#core/domain/errors.ts';

/** Longest name of an image that is looked at. */
const NAME_CHARACTERS_MAX = 255;
/** Registry, path, tag and digest, without the fine points of their grammar (distribution's `reference` package). */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/;

/**
 * Refuses an image that a repository names unless the installation allows it: by its exact name, or by a beginning that
 * ends in `*`. Throws AppError `invalid` for what is no name, `denied` with what to do.
 */
export function requireAllowedImage(allowed: readonly string[], image: string): void {
  if (image.length > NAME_CHARACTERS_MAX || !NAME.test(image)) {
    throw new AppError('invalid', "The image in the repository's configuration is not a name of an image.");
  }
  const isAllowed = allowed.some((entry) =>
    entry.endsWith('*') ? image.startsWith(entry.slice(0, -1)) : image === entry,
  );
  if (isAllowed) return;
  throw new AppError(
    'denied',
    `The image ${image} is not allowed here. Whoever runs this installation can add it to SANDBOX_IMAGES_ALLOWED.`,
  );
}

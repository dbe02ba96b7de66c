import { GUEST_ENV } from './guest-layout.ts';

/**
 * The whole environment of a guest's commands, before their own: what its image sets is for the image's own programs, which
 * stand behind ours where both have one.
 */
export function guestEnvironment(image: Readonly<Record<string, string>>): Record<string, string> {
  const path = GUEST_ENV['PATH']?.split(':') ?? [];
  const more = (image['PATH'] ?? '').split(':').filter((place) => place.startsWith('/') && !path.includes(place));
  return { ...image, ...GUEST_ENV, PATH: [...path, ...more].join(':') };
}

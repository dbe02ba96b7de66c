import { ownFrames, type Failure, type Frame } from './failure.ts';

/** So many of the innermost own frames tell causes apart; callers further out vary with how one came there. */
const FRAMES_COUNTED = 3;

/** What bundlers put into names of files, and numbers of generated functions: another build has another one. */
const VARYING = /(?<=[.\-_/])(?=[0-9a-f]*\d)[0-9a-f]{6,}(?=[.\-_/]|$)|\d+/gi;

/**
 * What an error has in common with others of the same cause: the type that was thrown and the innermost own frames, without
 * lines and whatever else changes with each build. The same text, the same cause. Undefined where there is no frame of one's own to
 * tell it by; then only the tracker's own issue does.
 */
export function causeOf(failure: Pick<Failure, 'errors'>): string | undefined {
  const frames = ownFrames(failure).slice(0, FRAMES_COUNTED);
  if (frames.length === 0) return undefined;
  const { type = '' } = failure.errors.at(-1) ?? {};
  return [type, ...frames.map(placeOf)].join('\n');
}

function placeOf({ file, function: name }: Frame): string {
  const place = file.replaceAll('\\', '/').replace(/^(?:\w+:)?\/+/, '');
  return `${place.replace(VARYING, '#')} ${(name ?? '').replace(VARYING, '#')}`.trimEnd();
}

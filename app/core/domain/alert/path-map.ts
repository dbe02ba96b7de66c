/** How paths of a running program become paths of its repository: what begins with `from` begins with `to` instead. */
export interface PathMapping {
  readonly from: string;
  readonly to: string;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/*/i;

/**
 * The path within the repository that a frame is at; undefined for one that cannot be there. The longest mapping that fits is
 * taken; without any, a path that is relative already.
 */
export function repositoryPath(file: string, mappings: readonly PathMapping[]): string | undefined {
  const path = file.replaceAll('\\', '/');
  const fitting = mappings.filter(({ from }) => path.startsWith(from));
  const [longest] = fitting.toSorted((a, b) => b.from.length - a.from.length);
  if (longest === undefined) return path.startsWith('/') || SCHEME.test(path) ? undefined : within(path);
  const rest = path.slice(longest.from.length);
  return rest === '' ? undefined : within(longest.to + rest);
}

/** A path that stays in the repository, without `.`; undefined for one that climbs out or names nothing. */
function within(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? undefined : parts.join('/');
}

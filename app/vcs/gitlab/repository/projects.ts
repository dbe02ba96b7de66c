import type { RepoRef } from '#core/domain/host/repo.ts';

/** Whether we work for a project. */
export type ProjectFilter = (repo: Pick<RepoRef, 'id' | 'owner' | 'name'>) => boolean;

const NUMBER = /^[1-9]\d{0,15}$/;
const PATH = /^[\w.*-]{1,255}(?:\/[\w.*-]{1,255}){0,30}$/;

/** Whether an entry can mean a project: a number, or a path that has a slash or `**` in it. */
export function isProjectEntry(entry: string): boolean {
  if (NUMBER.test(entry)) return true;
  return PATH.test(entry) && !entry.includes('***') && (entry.includes('/') || entry.includes('**'));
}

/**
 * Reads the list of projects we work for: anybody can invite an account into a project, and hooks can be pointed at
 * anybody. An entry is a project's number, which survives renames, or its path without regard to case as GitLab has
 * it, where `*` stands for anything but a slash and `**` for anything: `team/*` are the projects of a group, `team/**`
 * those of its subgroups as well.
 */
export function createProjectFilter(entries: readonly string[]): ProjectFilter {
  const ids = new Set(entries.filter((entry) => NUMBER.test(entry)).map(Number));
  const paths = entries.filter((entry) => !NUMBER.test(entry)).map(tokensOf);
  return ({ id, owner, name }) => {
    const path = `${owner}/${name}`.toLowerCase();
    return ids.has(id) || paths.some((tokens) => matches(tokens, path));
  };
}

/** Letters and wildcards of a path. */
function tokensOf(entry: string): string[] {
  return entry.toLowerCase().match(/\*{1,2}|[^*]/g) ?? [];
}

/** Walks the path once with all places of the pattern it may be at, so that no pattern is slow, as a regular one can be. */
function matches(tokens: readonly string[], path: string): boolean {
  let places = withSkipped(tokens, new Set([0]));
  for (const letter of path) {
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (token === '**' || (token === '*' && letter !== '/')) next.add(place);
      else if (token === letter) next.add(place + 1);
    }
    places = withSkipped(tokens, next);
  }
  return places.has(tokens.length);
}

/** A wildcard may stand for nothing. */
function withSkipped(tokens: readonly string[], places: Set<number>): Set<number> {
  for (const place of places) if (tokens[place]?.startsWith('*') === true) places.add(place + 1);
  return places;
}

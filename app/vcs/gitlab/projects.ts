import { fullName, type RepoRef } from '#core/domain/repo.ts';

/** Whether we work for a project. */
export type ProjectFilter = (repo: Pick<RepoRef, 'id' | 'owner' | 'name'>) => boolean;

/** What an entry of the list may look like: a project's number, or a path in which `*` and `**` stand for something. */
const ENTRY = /^(?:[1-9]\d{0,15}|[\w.*-]{1,255}(?:\/[\w.*-]{1,255}){0,30})$/;

/** Whether an entry can mean anything. More than two `*` in a row mean nothing. */
export function isProjectEntry(entry: string): boolean {
  return ENTRY.test(entry) && !entry.includes('***');
}

/**
 * Reads the list of projects we work for: anybody can invite an account into a project, and hooks can be pointed at
 * anybody. An entry is a project's number, which survives renames, or its path without regard to case as GitLab has
 * it, where `*` stands for anything but a slash and `**` for anything: `team/*` are the projects of a group, `team/**`
 * those of its subgroups as well.
 */
export function createProjectFilter(entries: readonly string[]): ProjectFilter {
  const ids = new Set(entries.filter((entry) => /^\d+$/.test(entry)).map(Number));
  const paths = entries.filter((entry) => !/^\d+$/.test(entry)).map(toPattern);
  return (repo) => ids.has(repo.id) || paths.some((path) => path.test(fullName({ ...NOWHERE, ...repo })));
}

const NOWHERE = { provider: 'gitlab', installationId: 0 } as const;

function toPattern(entry: string): RegExp {
  const source = entry
    .split(/(\*{1,2})/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replaceAll('.', String.raw`\.`)))
    .join('');
  return new RegExp(`^${source}$`, 'i');
}

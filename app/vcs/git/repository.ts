import { createHash } from 'node:crypto';
import { gitRepositoryUrl } from '#core/domain/host/git-url.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';

/** 52 bits, so that the number is one that JavaScript and JSON hold exactly. */
const ID_HEX_DIGITS = 13;

/**
 * The repository at a URL; undefined for what is none. The URL is all there is to know one by, so the number is made of it: a
 * repository that moves is another one, and so is one that is written with and without `.git`.
 */
export function repositoryAt(text: string): RepoRef | undefined {
  const url = gitRepositoryUrl(text);
  if (url === undefined) return undefined;
  const digest = createHash('sha256').update(url).digest('hex');
  const at = url.lastIndexOf('/');
  return {
    provider: 'git',
    installationId: 0,
    id: 1 + Number.parseInt(digest.slice(0, ID_HEX_DIGITS), 16),
    owner: url.slice(0, at),
    name: url.slice(at + 1),
  };
}

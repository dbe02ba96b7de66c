import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { WordLog } from '#core/ports/host/word-log.ts';
import { PAGE_ITEMS } from '../wire/api.ts';
import { mintToken, type Minted, type MintDeps } from '../wire/auth.ts';
import type { Clients } from '../wire/client.ts';
import type { HostCall } from '#core/domain/host/host-call.ts';
import { toGitHubError, unreadableAnswer } from '../wire/errors.ts';
import { Name } from '../inbound/payloads.ts';

const Installations = z.array(z.object({ id: z.number(), suspended_at: z.string().nullish() }));
const Repositories = z.object({
  repositories: z.array(z.object({ id: z.number(), name: Name, owner: z.object({ login: Name }) })),
});
/** `INSTALLATION:PAGE`, the installation of which a page is read next. */
const CURSOR = /^(\d+):(\d+)$/;

const ACTION = 'listing the repositories of the App';

/**
 * The repositories of every installation: `GET /app/installations` as the App, `GET /installation/repositories` with a
 * token of the installation, metadata:read. Installations come in the order of their numbers; one that was suspended or
 * removed in between is passed over.
 */
export function createRepositoryLister(deps: MintDeps & { readonly clients: Clients }): Pick<WordLog, 'repositories'> {
  return {
    async repositories(cursor) {
      const [, from, page = '1'] = CURSOR.exec(cursor ?? '') ?? [];
      const ids = await installationIds(deps);
      const id = from === undefined ? ids[0] : ids.find((one) => one >= Number(from));
      if (id === undefined) return { repos: [], next: undefined };
      const number = id === Number(from) ? Number(page) : 1;
      const repos = await pageOf(deps, id, number);
      const following = ids.find((one) => one > id);
      if (repos.length === PAGE_ITEMS) return { repos, next: `${id}:${number + 1}` };
      return { repos, next: following === undefined ? undefined : `${following}:1` };
    },
  };
}

async function installationIds(deps: MintDeps): Promise<number[]> {
  const ids: number[] = [];
  for (let page = 1; ; page += 1) {
    const sent = deps.app.rest.apps.listInstallations({ per_page: PAGE_ITEMS, page });
    const found = await answered(deps, sent, Installations);
    ids.push(...found.filter(({ suspended_at: suspendedAt }) => !suspendedAt).map(({ id }) => id));
    if (found.length < PAGE_ITEMS) return ids.toSorted((a, b) => a - b);
  }
}

async function pageOf(
  deps: MintDeps & { readonly clients: Clients },
  installationId: number,
  page: number,
): Promise<RepoRef[]> {
  const minted = await mint(deps, installationId);
  if (minted === undefined) return [];
  const { apps } = deps.clients.withToken(minted.token).rest;
  const sent = apps.listReposAccessibleToInstallation({ per_page: PAGE_ITEMS, page });
  const { repositories } = await answered(deps, sent, Repositories);
  return repositories.map(({ id, name, owner }) => ({
    ...{ provider: 'github', installationId, id, owner: owner.login, name },
  }));
}

async function mint(deps: MintDeps, installationId: number): Promise<Minted | undefined> {
  const action = `minting a token for ${ACTION}`;
  return mintToken(deps, { installationId, permissions: { metadata: 'read' }, action }).catch((thrown: unknown) => {
    if (thrown instanceof AppError && (thrown.code === 'missing' || thrown.code === 'denied')) return undefined;
    throw thrown;
  });
}

async function answered<T>(deps: MintDeps, sent: Promise<{ data: unknown }>, answer: z.ZodType<T>): Promise<T> {
  const call: HostCall = { action: ACTION, write: false };
  const { data } = await sent.catch((error: unknown) => {
    throw toGitHubError(error, call, deps.now());
  });
  const parsed = answer.safeParse(data);
  if (!parsed.success) throw unreadableAnswer(call, parsed.error);
  return parsed.data;
}

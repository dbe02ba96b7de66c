import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { HostCall } from '#core/domain/host/host-call.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { RepositoryFinder } from '#core/ports/host/vcs.ts';
import { Name } from '../inbound/payloads.ts';
import { mintToken, type MintDeps } from '../wire/auth.ts';
import type { Clients } from '../wire/client.ts';
import { toGitHubError, unreadableAnswer } from '../wire/errors.ts';

const Installation = z.object({ id: z.number().int().positive(), suspended_at: z.string().nullish() });
const Repository = z.object({ id: z.number(), name: Name, owner: z.object({ login: Name }) });
const FULL_NAME = /^([\w.-]{1,100})\/([\w.-]{1,100})$/;

/**
 * Finds a repository by its name: `GET /repos/{owner}/{repo}/installation` as the App says whether it is installed there, and
 * `GET /repos/{owner}/{repo}` with a token of that installation, metadata:read, tells its number. A suspended installation is
 * none.
 */
export function createRepositoryFinder(deps: MintDeps & { readonly clients: Clients }): RepositoryFinder {
  return {
    async findRepository(_provider, fullName) {
      const [, owner, repo] = FULL_NAME.exec(fullName) ?? [];
      if (owner === undefined || repo === undefined) return undefined;
      const call: HostCall = { action: `finding ${fullName}`, write: false };
      const reading = { deps, call };
      const installed = deps.app.rest.apps.getRepoInstallation({ owner, repo });
      const installation = await answered(reading, installed, Installation);
      if (installation === undefined || installation.suspended_at) return undefined;
      const { id: installationId } = installation;
      const permissions = { metadata: 'read' } as const;
      const minted = await mintToken(deps, {
        installationId,
        permissions,
        action: `minting a token for ${call.action}`,
      });
      const sent = deps.clients.withToken(minted.token).rest.repos.get({ owner, repo });
      const found = await answered(reading, sent, Repository);
      return found && refOf(found, installationId);
    },
  };
}

function refOf({ id, name, owner }: z.infer<typeof Repository>, installationId: number): RepoRef {
  return { provider: 'github', installationId, id, owner: owner.login, name };
}

/** Undefined for what is not there. */
async function answered<T>(
  { deps, call }: { deps: MintDeps; call: HostCall },
  sent: Promise<{ data: unknown }>,
  answer: z.ZodType<T>,
): Promise<T | undefined> {
  const got = await sent.catch((thrown: unknown) => {
    const error = toGitHubError(thrown, call, deps.now());
    if (error instanceof AppError && error.code === 'missing') return undefined;
    throw error;
  });
  if (got === undefined) return undefined;
  const parsed = answer.safeParse(got.data);
  if (!parsed.success) throw unreadableAnswer(call, parsed.error);
  return parsed.data;
}

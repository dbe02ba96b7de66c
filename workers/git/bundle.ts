import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Bundle, UnpublishedWork } from '#core/ports/host/repository.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { commitPatch } from './commit.ts';
import type { Base } from './fetch-base.ts';
import type { GitSetup } from './git-setup.ts';
import { proveReadable } from './prove-readable.ts';
import type { Upkeep } from './upkeep.ts';
import { withBase } from './with-base.ts';
import { assertDraft } from './write-commit.ts';
import { writeBundle } from './write-bundle.ts';

/** The commit to hand over, what is put on top of it, and the right by which. */
interface Want {
  readonly base: Base;
  readonly access: GitAccess;
  readonly onTop: UnpublishedWork | undefined;
}

/**
 * See Repositories.bundle. Each call proves with its own token that the repository may be read: by fetching, or, when the
 * mirror has the commit already, by asking the host while the bundle is packed; it is not handed over before the answer.
 */
export async function bundle(setup: GitSetup & { upkeep: Upkeep }, repo: RepoRef, want: Want): Promise<Bundle> {
  if (want.onTop !== undefined) assertDraft(want.onTop.draft);
  return withBase(setup, { repo, ...want }, (path, { proven }) =>
    proven ? pack(setup, path, want) : packWhileProving(setup, path, want),
  );
}

/** Both at once, since either takes about as long as the other; a refusal ends the packing and removes what was written. */
async function packWhileProving(setup: GitSetup, path: string, want: Want): Promise<Bundle> {
  const refused = new AbortController();
  const proof = proveReadable(setup, { access: want.access, ref: want.base.ref }).catch((thrown: unknown) => {
    refused.abort();
    throw thrown;
  });
  const [proved, packed] = await Promise.allSettled([proof, pack(setup, path, { ...want, signal: refused.signal })]);
  if (proved.status === 'rejected' && packed.status === 'fulfilled') await packed.value[Symbol.asyncDispose]();
  if (proved.status === 'rejected') throw proved.reason;
  if (packed.status === 'rejected') throw packed.reason;
  return packed.value;
}

/** Packs the base, or the commit of the work on top of it; the base is in there as its parent. */
async function pack(
  setup: GitSetup,
  path: string,
  { base, onTop, signal }: Want & { signal?: AbortSignal },
): Promise<Bundle> {
  const until = signal === undefined ? {} : { signal };
  if (onTop === undefined) return writeBundle(setup, path, { base, ...until });
  const made = await commitPatch(setup, path, { baseSha: base.sha, ...onTop }).catch(async (thrown: unknown) => {
    // A patch that does not apply in a damaged mirror says nothing about the patch; packing the base shows the damage.
    await (await writeBundle(setup, path, { base, ...until }))[Symbol.asyncDispose]();
    throw thrown;
  });
  return writeBundle(setup, path, { base: { ref: base.ref, sha: made.sha }, ...until });
}

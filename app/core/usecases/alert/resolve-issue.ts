import type { AlertSource } from '../../domain/alert/source.ts';
import type { Placed } from '../../ports/host/vcs.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Effects } from '../../ports/store.ts';
import type { TrackerDesk } from '../../ports/trackers.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { applyEffect } from '../report/apply-effect.ts';

/** What resolving needs. */
export interface ResolveIssueDeps {
  readonly store: { readonly effects: Effects };
  readonly trackerDesk: Pick<TrackerDesk, 'resolve'>;
  readonly runtime: Pick<Runtime, 'sha256'>;
}

/**
 * Resolves an issue at its tracker as of the next release, once for each `occasion`, where its source is to do so.
 * @throws AppError as {@link applyEffect}.
 */
export async function resolveIssue(
  { store, trackerDesk, runtime }: ResolveIssueDeps,
  source: AlertSource,
  { issueId, issueUrl, occasion }: { issueId: string; issueUrl: string | null; occasion: string },
): Promise<void> {
  const { resolve: how } = source;
  if (how === 'off') return;
  const subjectId = uuidOf(runtime, `tracker-state/${occasion}/${issueId}`);
  // Resolving what is resolved changes nothing, so that looking for it is doing it.
  const write = async (): Promise<Placed> => {
    await trackerDesk.resolve(source, issueId, how);
    return { externalId: issueId, url: issueUrl ?? '' };
  };
  await applyEffect(store, { subjectId, kind: 'tracker-state' }, { find: write, create: write });
}

import type { Failure } from '../../domain/alert/failure.ts';
import type { AlertSource } from '../../domain/alert/source.ts';
import { AppError } from '../../domain/errors.ts';
import type { Trackers } from '../../ports/trackers.ts';

/** What a tracker said of an issue; or nothing, and why in a sentence. */
export type Asked =
  { readonly failure: Failure; readonly silence: null } | { readonly failure: null; readonly silence: string };

/**
 * Asks a tracker about the issues of one delivery. One that does not answer, or that may not be asked, is not asked about the
 * others either: each would take as long to fail. Throws nothing of the tracker's.
 */
export function askingOnce(trackers: Trackers, source: AlertSource): (issueId: string) => Promise<Asked> {
  let silence: string | null = null;
  return async (issueId) => {
    if (silence !== null) return { failure: null, silence };
    try {
      return { failure: await trackers.readFailure(source, issueId), silence: null };
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const why = `Only what its hook said is known: ${thrown.message}.`;
      if (thrown.code !== 'missing' && thrown.code !== 'invalid') silence = why;
      return { failure: null, silence: why };
    }
  };
}

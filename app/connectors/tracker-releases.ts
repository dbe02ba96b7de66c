import { z } from 'zod';
import type { AlertSource } from '#core/domain/alert/source.ts';
import { AppError } from '#core/domain/errors.ts';
import type { AskTracker } from './tracker-api.ts';

/** SHA-1 or SHA-256. Whoever reports a release may call anything a commit. */
const Sha = z
  .string()
  .regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)
  .optional()
  .catch(undefined);

const Release = z.object({
  ref: Sha,
  lastCommit: z.object({ id: Sha }).nullish().catch(null),
  commitCount: z.number().catch(0),
});
const Commits = z.array(z.object({ id: Sha }));

/** What Sentry allows no release to be called: https://docs.sentry.io/cli/releases/#creating-releases */
const NO_NAME = /[\n\r\t/\\]|^\.{0,2}$|^\s|\s$/;
const NAME_CHARS_MAX = 200;

/**
 * The commit that a release was built of. Sentry names the last one; Glitchtip lists them as `sentry-cli` sent them, which
 * walks back from the newest. Without either, `ref` counts where it is a commit. Undefined where none is known.
 * Needs `project:read` (Sentry) or `project:releases` (Glitchtip).
 */
export async function releaseCommit(
  ask: AskTracker,
  source: AlertSource,
  release: string,
): Promise<string | undefined> {
  if (NO_NAME.test(release) || release.length > NAME_CHARS_MAX || /\p{Surrogate}/u.test(release)) return undefined;
  const needs = source.tracker === 'sentry' ? 'project:read' : 'project:releases';
  const organization = encodeURIComponent(source.organization);
  const path = `/organizations/${organization}/releases/${encodeURIComponent(release)}/`;
  try {
    const { data } = await ask(source, { path, needs }, Release);
    const named = data.lastCommit?.id;
    if (named !== undefined || source.tracker === 'sentry' || data.commitCount === 0) return named ?? data.ref;
    const commits = await ask(source, { path: `${path}commits/`, needs }, Commits);
    return commits.data[0]?.id ?? data.ref;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
    throw thrown;
  }
}

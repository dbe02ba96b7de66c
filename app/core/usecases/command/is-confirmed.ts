import { AppError } from '../../domain/errors.ts';
import type { Confirmable, Confirmer } from '../../ports/host/vcs.ts';

/** What becomes of a delivery that the host does not stand by. */
export const NOT_CONFIRMED = 'ignored: the host tells it otherwise';

/**
 * Whether the host stands by what a delivery says; always, where its deliveries can say nothing else.
 * @throws AppError as the host when asking again may help; anything else it answers is a no.
 */
export async function isConfirmed(
  { host }: { readonly host: Partial<Confirmer> },
  event: Confirmable,
): Promise<boolean> {
  if (host.confirm === undefined) return true;
  return host.confirm(event).catch((thrown: unknown) => {
    if (thrown instanceof AppError && !thrown.retryable) return false;
    throw thrown;
  });
}

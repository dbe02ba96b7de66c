import type { EffectKind } from '../../domain/host/effect.ts';
import { AppError, toAppError } from '../../domain/errors.ts';
import type { Claim } from '../../domain/run/claim.ts';
import type { Effects } from '../../ports/store.ts';
import type { Placed } from '../../ports/host/vcs.ts';

/** One write to a host: what it is about, and under which claim it may be sent. */
export interface EffectOf {
  readonly subjectId: string;
  readonly kind: EffectKind;
  readonly claim?: Claim;
}

/** How to recognise the write on the host by its natural key, and how to make it. */
export interface HostWrite {
  find(): Promise<Placed | undefined>;
  create(): Promise<Placed>;
}

const BUSY_RETRY_MS = 2_000;

/**
 * Makes a write to a host happen once, however often this is called and wherever it was interrupted: planned in the
 * ledger, sent, confirmed. A write whose outcome is unknown is looked up by its natural key before it is repeated.
 * @throws AppError `conflict` when the claim was lost (nothing was sent); `unavailable` when the outcome is still
 * unknown (call again later); what the host said when it refused.
 */
export async function applyEffect(deps: { effects: Effects }, effect: EffectOf, host: HostWrite): Promise<Placed> {
  const { effects } = deps;
  const row = await effects.plan(effect.subjectId, effect.kind);
  if (row.state === 'confirmed' && row.externalId !== null) return { externalId: row.externalId, url: row.url ?? '' };
  if (row.state === 'sent') {
    const found = await host.find();
    if (found !== undefined) return confirm(deps, effect, found);
  }
  if ((await effects.markSent(effect, effect.claim)) === 'lost') {
    if (effect.claim !== undefined) throw new AppError('conflict', `The ${effect.kind} is another worker's by now`);
    throw new AppError('unavailable', `The ${effect.kind} is being sent already`, { retryAfterMs: BUSY_RETRY_MS });
  }
  try {
    return await confirm(deps, effect, await host.create());
  } catch (thrown) {
    return await settleFailure(deps, effect, { host, error: toAppError(thrown, `Sending the ${effect.kind}`) });
  }
}

async function confirm(deps: { effects: Effects }, effect: EffectOf, placed: Placed): Promise<Placed> {
  await deps.effects.confirm(effect, placed);
  return placed;
}

/** A certain refusal goes back to planned; anything else is looked up on the host, and stays `sent` if not seen there. */
async function settleFailure(
  deps: { effects: Effects },
  effect: EffectOf,
  failed: { host: HostWrite; error: AppError },
): Promise<Placed> {
  const { error, host } = failed;
  if (error.code === 'limited' || error.code === 'denied' || error.code === 'missing') {
    await deps.effects.markRefused(effect);
    throw error;
  }
  const found = await host.find();
  if (found !== undefined) return confirm(deps, effect, found);
  if (error.code === 'invalid' || error.code === 'conflict') {
    await deps.effects.markRefused(effect);
    throw error;
  }
  await deps.effects.markUnclear(effect);
  throw new AppError('unavailable', `The outcome of sending the ${effect.kind} is not known yet`, { cause: error });
}

/** Every write to a Git host that is planned in the ledger before it is sent. */
export const EFFECT_KINDS = [
  'reaction',
  'comment',
  'check-run',
  'gate-check',
  'config-check',
  'pull-request',
  'reply',
  'review',
  'issue',
  'tracker-comment',
  'tracker-state',
  'notice',
] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];

/**
 * planned: recorded, not sent. sent: a call went out and its outcome is not known yet. confirmed: the host has it,
 * `externalId` says where. A row is never deleted, so an effect is looked up before it is ever repeated.
 */
export type EffectState = 'planned' | 'sent' | 'confirmed';

/** One row of the effects ledger. `subjectId` is the request, or a UUID standing for what is answered when there is no request. */
export interface Effect {
  readonly subjectId: string;
  readonly kind: EffectKind;
  readonly state: EffectState;
  readonly externalId: string | null;
  readonly url: string | null;
}

/** The hidden line by which a comment of ours is recognised on the host; `subjectId` is a UUID, so it needs no escaping. */
export function effectMarker(subjectId: string, kind: EffectKind): string {
  return `<!-- astraforge:${kind}:${subjectId} -->`;
}

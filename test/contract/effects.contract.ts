import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EffectKind, EffectState } from '#core/domain/host/effect.ts';
import type { Effects } from '#core/ports/store.ts';
import { claimed, submitted, type StoreSubjects } from './store-subject.ts';

const KINDS: Readonly<Record<EffectKind, true>> = {
  reaction: true,
  comment: true,
  'check-run': true,
  'gate-check': true,
  'config-check': true,
  'pull-request': true,
  reply: true,
  review: true,
  issue: true,
  'tracker-comment': true,
  'tracker-state': true,
  notice: true,
};
const PLACED = { externalId: '41', url: 'https://host/41' };

type Move = 'markSent' | 'markRefused' | 'confirm';

/** Every state, every move: where it leads and what it answers. */
const TABLE: readonly { from: EffectState; move: Move; to: EffectState; answer?: 'marked' | 'lost' }[] = [
  { from: 'planned', move: 'markSent', to: 'sent', answer: 'marked' },
  { from: 'planned', move: 'markRefused', to: 'planned' },
  { from: 'planned', move: 'confirm', to: 'confirmed' },
  { from: 'sent', move: 'markSent', to: 'sent', answer: 'lost' },
  { from: 'sent', move: 'markRefused', to: 'planned' },
  { from: 'sent', move: 'confirm', to: 'confirmed' },
  { from: 'confirmed', move: 'markSent', to: 'confirmed', answer: 'lost' },
  { from: 'confirmed', move: 'markRefused', to: 'confirmed' },
  { from: 'confirmed', move: 'confirm', to: 'confirmed' },
];

async function effectIn(effects: Effects, state: EffectState): Promise<{ subjectId: string; kind: EffectKind }> {
  const effect = { subjectId: randomUUID(), kind: 'comment' as const };
  await effects.plan(effect.subjectId, effect.kind);
  if (state !== 'planned') await effects.markSent(effect);
  if (state === 'confirmed') await effects.confirm(effect, PLACED);
  return effect;
}

/** What the effects ledger promises. */
export function effectsContract(subjectOf: StoreSubjects): void {
  describe('effects', () => {
    beforeEach(() => subjectOf().empty());

    test.each(TABLE)('$from, $move: $to', async ({ from, move, to, answer }) => {
      const { effects } = subjectOf().store;
      const effect = await effectIn(effects, from);
      const said = move === 'confirm' ? await effects.confirm(effect, PLACED) : await effects[move](effect);
      expect(said).toBe(answer);
      const placed = to === 'confirmed' ? PLACED : { externalId: null, url: null };
      expect(await effects.plan(effect.subjectId, effect.kind)).toEqual({ ...effect, ...placed, state: to });
    });

    test('of two senders without a claim one may send, and the next one when that call is over', async () => {
      const { effects } = subjectOf().store;
      const effect = await effectIn(effects, 'planned');
      const both = await Promise.all([effects.markSent(effect), effects.markSent(effect)]);
      expect(both.toSorted()).toEqual(['lost', 'marked']);
      await effects.markUnclear(effect);
      expect(await effects.markSent(effect)).toBe('marked');
      expect(await effects.read(effect.subjectId, effect.kind)).toMatchObject({ state: 'sent' });
    });

    test('every kind can be planned, planning again changes nothing, and kinds of a subject are apart', async () => {
      const { effects } = subjectOf().store;
      const subjectId = randomUUID();
      const planned = { subjectId, state: 'planned', externalId: null, url: null };
      for (const kind of Object.keys(KINDS)) {
        if (!isKind(kind)) throw new Error(`${kind} is no kind`);
        const [once, again] = await Promise.all([effects.plan(subjectId, kind), effects.plan(subjectId, kind)]);
        expect([once, again]).toEqual([
          { ...planned, kind },
          { ...planned, kind },
        ]);
      }
      await effects.markSent({ subjectId, kind: 'comment' });
      expect((await effects.plan(subjectId, 'check-run')).state).toBe('planned');
    });

    test('under a claim an effect is sent only while the claim holds', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const effect = { subjectId: request.id, kind: 'pull-request' as const };
      await store.effects.plan(effect.subjectId, effect.kind);
      const claim = await claimed(store, run);
      expect(await store.effects.markSent(effect, { ...claim, epoch: claim.epoch + 1 })).toBe('lost');
      expect(await store.effects.markSent(effect, claim)).toBe('marked');
      await store.runs.release(claim, []);
      expect(await store.effects.markSent(effect, claim)).toBe('lost');
    });
  });
}

function isKind(kind: string): kind is EffectKind {
  return kind in KINDS;
}

import { beforeEach, describe, expect, test } from 'vitest';
import type { Provider } from '#core/domain/host/repo.ts';
import { submitted, type StoreSubjects } from './store-subject.ts';

const LATER = '2026-11-23T10:30:00.000Z';

/** What is promised about finding a request by a commit. */
export function conversationCommitContract(subjectOf: StoreSubjects): void {
  describe('requests on a commit', () => {
    beforeEach(() => subjectOf().empty());

    test('the request whose newest run starts from it is found, in its own repository and host only', async () => {
      const { store } = subjectOf();
      const first = { ref: 'topic', sha: 'b'.repeat(40) };
      const newest = { ref: 'topic', sha: 'c'.repeat(40) };
      const early = await submitted(store, { request: { base: first } });
      const { provider, id: repoId } = early.request.repo;
      const at = async (sha: string, elsewhere: { provider?: Provider; repoId?: number } = {}) =>
        (await store.conversations.findByKey({ provider, repoId, sha, ...elsewhere }))?.request.id;
      expect(await at(first.sha)).toBe(early.request.id);
      const late = await submitted(store, { request: { base: first }, run: { createdAt: LATER } });
      expect(await at(first.sha)).toBe(late.request.id);
      const moved = { task: { ...early.run.task, base: newest }, createdAt: LATER };
      const other = await submitted(store, { request: { base: first }, run: moved });
      expect(await at(first.sha)).toBe(late.request.id);
      expect(await at(newest.sha)).toBe(other.request.id);
      for (const elsewhere of [{ repoId: repoId + 1 }, { provider: 'gitlab' }] as const)
        expect(await at(first.sha, elsewhere)).toBeUndefined();
      expect(await at('d'.repeat(40))).toBeUndefined();
    });
  });
}

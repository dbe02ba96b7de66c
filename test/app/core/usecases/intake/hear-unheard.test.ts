import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { WrittenWords } from '#core/ports/host/word-log.ts';
import { hearUnheard, type HearUnheardDeps } from '#core/usecases/intake/hear-unheard.ts';
import { nodeRuntime } from '../../../../../app/runtime.ts';
import { openStore, type OpenedStore } from '../../../../../prisma/store.ts';
import { eventually } from '../../../../contract/eventually.ts';
import { aDelivery } from '../../../../contract/store-subject.ts';
import { emptyStore } from '../../../../prisma/empty-store.ts';

const REPO: RepoRef = { provider: 'github', installationId: 1, id: 7, owner: 'octo', name: 'tool' };
const ADA = { id: 1, login: 'ada', bot: false };
const US = { id: 9, login: 'astraforge', bot: false };
const EVERY_MS = 5;

let opened: OpenedStore;
beforeAll(async () => {
  opened = await openStore({ kind: 'pglite', memory: true });
});
beforeEach(() => emptyStore(opened));
afterAll(() => opened.store.close());

/** Words said just now, in the repository's issue 3. */
function said(id: number, same: Partial<WrittenWords> = {}): WrittenWords {
  const place = { thread: { kind: 'issue', number: 3 }, trigger: { kind: 'comment', id } } as const;
  return { ...place, author: ADA, text: '@astraforge fix it', saidAt: new Date().toISOString(), ...same };
}

/** A host on which that was written. */
function scene(written: WrittenWords[], failing?: AppError) {
  const seen = { looks: 0, fetched: [] as number[], logs: [] as string[] };
  const say = (_fields: unknown, message: string) => void seen.logs.push(message);
  const deps: HearUnheardDeps = {
    store: opened.store,
    runtime: nodeRuntime,
    logger: { debug: say, info: say, warn: say, error: say },
    words: { mention: 'astraforge', aliases: new Map() },
    everyMs: EVERY_MS,
    host: {
      self: async () => US,
      isThere: async () => true,
      repositories: async () => ({ repos: [REPO], next: undefined }),
      wordsSince: async () => {
        seen.looks += 1;
        if (failing !== undefined) throw failing;
        return { words: written, through: undefined };
      },
      deliveryOf: async (_repo, { trigger }) => {
        const id = trigger.kind === 'thread' ? 0 : trigger.id;
        seen.fetched.push(id);
        return { event: 'issue_comment', body: Buffer.from(`{"comment":${id}}`) };
      },
    },
  };
  /** Looks again and again until the host was asked so often. */
  const look = (times: number) =>
    eventually(async () => {
      await hearUnheard(deps, 'github');
      return seen.looks >= times ? true : undefined;
    });
  return { deps, seen, look };
}

/** Listens from now on, and then says those words. */
async function heardFrom(written: WrittenWords[], say: () => WrittenWords[]) {
  const { look, ...rest } = scene(written);
  await look(1);
  written.push(...say());
  await eventually(async () =>
    Date.now() > Date.parse(written.at(-1)?.saidAt ?? '') + 2 * EVERY_MS ? true : undefined,
  );
  await look(rest.seen.looks + 2);
  return rest;
}

const onRecord = async (ids: readonly number[]) => {
  const keys = ids.map((id) => {
    const key = { provider: 'github', repoId: REPO.id, kind: 'comment', externalId: String(id) } as const;
    return { ...key, guid: `unheard-7-comment-${id}` };
  });
  const missing = await opened.store.heard.missing(keys);
  return keys.filter(({ guid }) => !missing.has(guid)).map(({ externalId }) => Number(externalId));
};

test('words to us that nobody delivered are put into the inbox, once for any number of looks', async () => {
  const { seen } = await heardFrom([], () => [said(5)]);
  expect(seen.fetched).toEqual([5]);
  expect(await onRecord([5])).toEqual([5]);
  const jobs: unknown[] = [];
  await opened.store.outbox.drain(10, async ({ job }) => void jobs.push(job.name));
  expect(jobs).toEqual(['handle-delivery']);
});

test('what others say, what bots and we ourselves say, and what was said before we ever listened is left alone', async () => {
  const old = new Date(Date.now() - 60_000).toISOString();
  const { seen } = await heardFrom([said(1, { saidAt: old })], () => [
    said(2, { text: 'fix it' }),
    said(3, { author: { ...ADA, bot: true } }),
    said(4, { author: US }),
  ]);
  expect(seen.fetched).toEqual([]);
});

test('words that a delivery has brought are not fetched', async () => {
  const delivery = aDelivery();
  await opened.store.inbox.record(delivery);
  await opened.store.heard.hear({ provider: 'github', repoId: 7, kind: 'comment', externalId: '8' }, delivery.id);
  const { seen } = await heardFrom([], () => [said(8), said(9)]);
  expect(seen.fetched).toEqual([9]);
});

test('of many that were said in one moment a hundred are fetched by one look, and all in the end, each once', async () => {
  const { seen, deps } = await heardFrom([], () => {
    const saidAt = new Date().toISOString();
    return Array.from({ length: 250 }, (_, index) => said(1_000 + index, { saidAt }));
  });
  await eventually(async () => {
    await hearUnheard(deps, 'github');
    return seen.fetched.length >= 250 ? true : undefined;
  });
  expect(new Set(seen.fetched).size).toBe(250);
  expect(seen.fetched).toHaveLength(250);
});

test('a repository that may not be read keeps no other up, a host that wants to be left alone is left alone', async () => {
  const { deps, seen } = scene([], new AppError('denied', 'no'));
  await hearUnheard(deps, 'github');
  expect(seen.logs).toEqual(['a repository could not be looked through']);
  await emptyStore(opened);
  const limited = scene([], new AppError('limited', 'wait'));
  await expect(hearUnheard(limited.deps, 'github')).rejects.toMatchObject({ code: 'limited' });
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Incident } from '#core/domain/alert/incident.ts';
import { followIncident } from '#core/usecases/alert/follow-incident.ts';
import { aSource, openIncidentScene, type IncidentScene } from './incident-scene.ts';

let scene: IncidentScene;
beforeAll(async () => {
  scene = await openIncidentScene();
});
beforeEach(() => scene.empty(aSource({ tell: ['ops', 'board'] })));
afterAll(() => scene[Symbol.asyncDispose]());

const follow = () => followIncident(scene.deps, incident.id);
const since = () => scene.written.splice(0).filter((one) => !one.startsWith('openIssue'));
let incident: Incident;
const begun = async (): Promise<string> => {
  ({ incident } = await scene.tell({ title: 'Boom <!channel> @here' }));
  // Only what is called for: what is told of it is for each test.
  await scene.work();
  incident = await scene.now(incident);
  if (incident.requestId === null) throw new Error('there is no request');
  return incident.requestId;
};
test('the tracker and each channel are told of what is new, and of nothing twice', async () => {
  await begun();
  const told = 'An issue was opened, and a fix is being worked on.';
  expect(since()).toEqual([expect.stringContaining(`comment AstraForge: ${told}`), `ops ${told}`, `board ${told}`]);
  await follow();
  await follow();
  expect(since()).toEqual([]);
});

test('what is so again is told again at the tracker, where only the newest is seen', async () => {
  const requestId = await begun();
  since();
  const { deps } = scene;
  const as = (status: 'running' | 'awaiting_approval') => {
    const readRequest: typeof deps.store.runs.readRequest = async (id) => {
      const read = await deps.store.runs.readRequest(id);
      return read && { ...read, run: { ...read.run, status } };
    };
    const store = { ...deps.store, runs: { ...deps.store.runs, readRequest } };
    return followIncident({ ...deps, store }, incident.id);
  };
  for (const status of ['awaiting_approval', 'running', 'awaiting_approval', 'running'] as const) await as(status);
  const edits = since().filter((one) => one.startsWith('edit'));
  expect(edits.map((one) => one.includes('waits for approval'))).toEqual([true, false, true, false]);
  expect(requestId).toBe(incident.requestId);
});

test('a tracker that refuses keeps no channel back, and is not asked for ever', async () => {
  for (const name of ['comment', 'resolve']) scene.failing.set(name, 'denied');
  await begun();
  expect(since().map((one) => one.split(' ')[0])).toEqual(['ops', 'board']);
  await expect(follow()).resolves.toBeUndefined();
  expect(since()).toEqual([]);
});

test('a notice that may have been sent is never sent again, one that was not is', async () => {
  scene.failing.set('ops', 'ambiguous').set('board', 'unavailable');
  ({ incident } = await scene.tell());
  await expect(scene.work()).rejects.toMatchObject({ code: 'limited' });
  scene.failing.clear();
  since();
  await follow();
  expect(since().map((one) => one.split(' ')[0])).toEqual(['board']);
});

test('a notice holds no word of a stranger but its title', async () => {
  await begun();
  const [notice] = scene.notices;
  expect(notice?.title).toBe('Boom <!channel> @here');
  expect(JSON.stringify([notice?.lines, notice?.links])).not.toMatch(/Boom|channel|here/);
  expect(notice?.lines).toContain('Repository: acme/shop');
});

const end = (requestId: string, how: 'merged' | 'closed') => scene.opened.store.conversations.end(requestId, how);

test('a merge resolves every issue once and notes the commit, also where the host told it late', async () => {
  const requestId = await begun();
  const change = { number: 8, url: 'https://host/8' };
  const { deps } = scene;
  const conversations = { ...deps.store.conversations, changeOf: async () => change };
  const followIt = () => followIncident({ ...deps, store: { ...deps.store, conversations } }, incident.id);
  await end(requestId, 'merged');
  scene.failing.set('mergedAs', 'denied');
  await followIt();
  expect(since()).toContain(`resolve ${incident.issueIds[0]}`);
  expect(await scene.now(incident)).toMatchObject({ state: 'merged', merged: null });
  scene.failing.clear();
  const at = '2026-11-27T00:00:00.000Z';
  scene.merged.set(8, { sha: 'c'.repeat(40), at, base: 'main' });
  await followIt();
  expect((await scene.now(incident)).merged).toEqual({ sha: 'c'.repeat(40), at });
  expect(since().filter((one) => one.startsWith('resolve'))).toEqual([]);
});

test('where nothing is to be resolved, nothing is', async () => {
  scene.source = aSource({ resolve: 'off' });
  const requestId = await begun();
  await end(requestId, 'merged');
  await follow();
  expect(since().filter((one) => one.startsWith('resolve'))).toEqual([]);
  expect((await scene.now(incident)).state).toBe('merged');
});

test('a merge that is heard of while the failure comes back does not end the next round', async () => {
  const requestId = await begun();
  await end(requestId, 'merged');
  await follow();
  const { deps } = scene;
  const readRequest: typeof deps.store.runs.readRequest = async (id) => {
    const read = await deps.store.runs.readRequest(id);
    await scene.tell({ occasion: 'regressed', release: 'after' });
    return read;
  };
  const store = { ...deps.store, runs: { ...deps.store.runs, readRequest } };
  since();
  await followIncident({ ...deps, store }, incident.id);
  expect(await scene.now(incident)).toMatchObject({ state: 'begun', round: 2 });
  expect(since()).toEqual([]);
});

test('a closed one is opened again with its request', async () => {
  const requestId = await begun();
  await end(requestId, 'closed');
  await follow();
  expect((await scene.now(incident)).state).toBe('closed');
  await scene.opened.store.conversations.end(requestId, null);
  await follow();
  expect((await scene.now(incident)).state).toBe('begun');
});

test('what is told of nothing that is known does nothing', async () => {
  await begun();
  since();
  await followIncident(scene.deps, '00000000-0000-4000-8000-000000000000');
  expect(since()).toEqual([]);
});

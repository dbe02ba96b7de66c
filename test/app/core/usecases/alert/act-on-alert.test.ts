import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Incident } from '#core/domain/alert/incident.ts';
import { aCommit, aSource, openIncidentScene, type IncidentScene } from './incident-scene.ts';

let scene: IncidentScene;
beforeAll(async () => {
  scene = await openIncidentScene();
});
beforeEach(() => scene.empty());
afterAll(() => scene[Symbol.asyncDispose]());

const requestOf = async (incident: Incident) => {
  const { requestId } = await scene.now(incident);
  return requestId === null ? undefined : (await scene.opened.store.runs.readRequest(requestId))?.request;
};

/** As the host tells of its change or its thread. */
const end = async (incident: Incident, how: 'merged' | 'closed') => {
  const { requestId } = await scene.now(incident);
  if (requestId === null) throw new Error('there is no request');
  await scene.opened.store.conversations.end(requestId, how);
  const payload = { incidentId: incident.id };
  await scene.opened.store.outbox.enqueue([{ name: 'follow-incident', payload }]);
  await scene.work();
};

const merged = async (incident: Incident): Promise<void> => {
  await scene.work();
  await end(incident, 'merged');
  await scene.opened.store.incidents.note(incident.id, {
    merged: { sha: aCommit(), at: '2026-11-26T10:00:00.000Z' },
  });
  expect((await scene.now(incident)).state).toBe('merged');
};

test('an alert opens an issue and a request, and however many follow, nothing more', async () => {
  const first = await scene.tell();
  expect(first.outcome).toBe('An issue and a request are made for it.');
  for (const issueId of ['1', '2']) await scene.tell({ issueId });
  await scene.work();
  expect((await scene.tell()).outcome).toBe('It belongs to an incident that is being seen to.');
  await scene.work();
  expect(scene.written.filter((one) => one.startsWith('openIssue'))).toEqual([
    'openIssue Sentry: TypeError: x is not a function',
  ]);
  expect(await requestOf(first.incident)).toMatchObject({ requester: { id: 0, login: 'alerts of shop' } });
});

describe('thresholds', () => {
  test('what is only recorded says why, asks nobody, and is begun with once it is worth it', async () => {
    scene.source = aSource({ when: { levels: ['fatal'] } });
    const { outcome, incident } = await scene.tell();
    expect(outcome).toBe('Only recorded: its level is error.');
    expect(await scene.work()).toEqual([]);
    expect(await scene.now(incident)).toMatchObject({ state: 'recorded', reason: 'its level is error' });
    await scene.tell({ level: 'fatal' });
    await scene.work();
    expect(await scene.now(incident)).toMatchObject({ state: 'begun', reason: null });
    expect(await requestOf(incident)).toBeDefined();
  });

  test('a reason does not come to an incident that was begun with meanwhile', async () => {
    const { incident } = await scene.tell();
    const { store } = scene.opened;
    expect(await store.incidents.note(incident.id, { reason: 'old' }, { round: 1, state: 'recorded' })).toBe(false);
    expect((await scene.now(incident)).reason).toBeNull();
  });
});

describe('a storm', () => {
  beforeEach(() => {
    scene.source = aSource({ storm: { requests: 1, minutes: 60 } });
  });
  const later = (): void => {
    scene.source = aSource({ storm: { requests: 100, minutes: 60 } });
  };

  test('pauses what goes beyond it, tells so in one issue, and takes it up when it is told again', async () => {
    await scene.tell({ issueId: '1', cause: 'a' });
    const paused = await scene.tell({ issueId: '2', cause: 'b', title: 'Second' });
    await scene.tell({ issueId: '3', cause: 'c', title: 'Third' });
    expect(paused.outcome).toMatch(/^Paused: more than 1 requests within 60 minutes/);
    await scene.work();
    const storms = scene.written.filter((one) => one.includes('Storm of alerts'));
    expect(storms).toHaveLength(1);
    const list = scene.written.findLast((one) => /Comment/.test(one));
    expect([list, list]).toEqual([expect.stringContaining('`Second`'), expect.stringContaining('`Third`')]);
    later();
    await scene.tell({ issueId: '2', cause: 'b' });
    await scene.work();
    expect(await requestOf(paused.incident)).toBeDefined();
    const now = scene.written.findLast((one) => /Comment/.test(one));
    expect([now?.includes('Second'), now?.includes('Third')]).toEqual([false, true]);
  });

  test('keeps no regression for ever: it is taken up with a request of its own', async () => {
    const { incident } = await scene.tell();
    await merged(incident);
    const former = await requestOf(incident);
    expect((await scene.tell({ occasion: 'regressed', release: 'after' })).outcome).toMatch(/^Paused/);
    expect((await scene.now(incident)).state).toBe('paused');
    // What a report of the former request makes of it.
    const payload = { incidentId: incident.id };
    await scene.opened.store.outbox.enqueue([{ name: 'follow-incident', payload }]);
    await scene.work();
    expect((await scene.now(incident)).state).toBe('paused');
    later();
    // Where the fix is not in, it is no regression, after a storm either.
    const old = aCommit();
    expect((await scene.tell({ release: `shop@${old}` })).outcome).toContain('does not have it yet');
    expect((await scene.tell({ release: 'after' })).outcome).toBe(
      'It came back after its fix was merged; it is taken up again.',
    );
    await scene.work();
    expect(await scene.now(incident)).toMatchObject({ state: 'begun', round: 2, stormId: null });
    expect((await requestOf(incident))?.id).not.toBe(former?.id);
  });
});

describe('after the merge', () => {
  test('a release without the fix begins nothing, one with it opens the issue again with a new request', async () => {
    const { incident } = await scene.tell();
    await merged(incident);
    const [without, fixed] = [aCommit(), aCommit()];
    scene.fixed.add(fixed);
    expect((await scene.tell({ occasion: 'regressed', release: `shop@${without}` })).outcome).toContain(
      'does not have it yet',
    );
    expect(scene.written.filter((one) => one.startsWith('resolve'))).toHaveLength(2);
    await scene.tell({ occasion: 'regressed', release: `shop@${fixed}` });
    expect(await scene.work()).toEqual(['request submitted']);
    expect(scene.written).toContain('reopenIssue 1');
    expect((await requestOf(incident))?.prompt).toContain('It came back after a former change');
  });

  test('what is said of the former round does not end the next one', async () => {
    const { incident } = await scene.tell();
    await merged(incident);
    const stale = await scene.now(incident);
    await scene.tell({ occasion: 'regressed', release: 'after' });
    const { incidents } = scene.opened.store;
    const late = await incidents.note(incident.id, { state: 'merged' }, { round: stale.round, state: stale.state });
    expect([late, (await scene.now(incident)).state]).toEqual([false, 'begun']);
  });
});

test('an incident that people closed stays so, until the tracker says that it came back', async () => {
  const { incident } = await scene.tell();
  await scene.work();
  await end(incident, 'closed');
  for (const occasion of ['fired', 'created', 'escalating'] as const)
    expect((await scene.tell({ occasion })).outcome).toBe('It belongs to an incident that people have closed.');
  expect(await scene.work()).toEqual([]);
  await scene.tell({ occasion: 'regressed' });
  expect(await scene.work()).toEqual(['request submitted']);
  expect((await scene.now(incident)).round).toBe(2);
});

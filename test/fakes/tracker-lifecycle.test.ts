import { afterEach, describe, expect, test } from 'vitest';
import { startGlitchtip, type GlitchtipStandIn } from './glitchtip/stand-in.ts';
import { startSentry, type SentryStandIn } from './sentry/stand-in.ts';
import { trackerClient } from './tracker/rest-client.ts';
import { sendError } from './tracker/send-error.ts';
import type { IssueRecord } from './tracker/records.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

const open: (SentryStandIn | GlitchtipStandIn)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) {
    one.assertNoViolations();
    await one.close();
  }
});

async function started<Tracker extends SentryStandIn | GlitchtipStandIn>(starting: Promise<Tracker>) {
  const tracker = await starting;
  open.push(tracker);
  const { dsn } = tracker.addProject('shop');
  await sendError(dsn, { release: 'r1' });
  const [issue] = tracker.issues();
  if (!issue) throw new Error('no issue');
  return { tracker, issue, throwIn: (release: string) => sendError(dsn, { release }) };
}

const stateOf = ({ status, substatus }: IssueRecord): string => `${status} ${substatus ?? '-'}`;

describe('Sentry', () => {
  test('an issue resolved with a release stays so before it, and comes back with it', async () => {
    const { tracker, issue, throwIn } = await started(startSentry());
    for (const version of ['r2', 'r3']) tracker.release({ version, project: 'shop' });
    const writer = trackerClient(tracker, tracker.writeToken);
    await writer.put(`/organizations/acme/issues/${issue.id}/`, {
      status: 'resolved',
      statusDetails: { inRelease: 'r3' },
    });
    await throwIn('r2');
    expect(stateOf(issue)).toBe('resolved -');
    await throwIn('r3');
    expect(stateOf(issue)).toBe('unresolved regressed');
    await tracker.settled();
    const told = tracker.deliveries.map(({ event, action }) => `${event}.${action}`);
    expect(told).toEqual(expect.arrayContaining(['issue.created', 'issue.resolved', 'issue.unresolved']));
    expect(told.filter((one) => one === 'event_alert.triggered')).toHaveLength(2);
    const back = tracker.deliveries.find(({ action }) => action === 'unresolved');
    expect(JSON.parse(back?.body ?? '{}')).toMatchObject({ data: { issue: { substatus: 'regressed', count: '3' } } });
  });

  test('resolved for the next release it comes back with the next, not with the newest of then', async () => {
    const { tracker, issue, throwIn } = await started(startSentry());
    tracker.resolve(issue.id, 'next-release');
    await throwIn('r1');
    expect(stateOf(issue)).toBe('resolved -');
    await throwIn('r2');
    expect(stateOf(issue)).toBe('unresolved regressed');
  });

  test('resolved by a commit it comes back with a release that has it', async () => {
    const { tracker, issue, throwIn } = await started(startSentry());
    const author = { name: 'Bea', email: 'bea@example.com' };
    const commit = { id: 'c1', message: 'Fix', author, at: 0, repository: 'acme/shop', files: [] };
    tracker.release({ version: 'r9', project: 'shop', commits: [commit] });
    const writer = trackerClient(tracker, tracker.writeToken);
    const inCommit = { commit: 'c1', repository: 'acme/shop' };
    await writer.put(`/organizations/acme/issues/${issue.id}/`, { status: 'resolved', statusDetails: { inCommit } });
    await throwIn('r1');
    expect(stateOf(issue)).toBe('resolved -');
    await throwIn('r9');
    expect(stateOf(issue)).toBe('unresolved regressed');
  });

  test('resolved for now it comes back with anything, and once only', async () => {
    const { tracker, issue, throwIn } = await started(startSentry());
    tracker.resolve(issue.id);
    await throwIn('r1');
    await throwIn('r1');
    await tracker.settled();
    expect(stateOf(issue)).toBe('unresolved regressed');
    expect(tracker.deliveries.filter(({ action }) => action === 'unresolved')).toHaveLength(1);
  });

  test('archived it stays so until it escalates', async () => {
    const { tracker, issue, throwIn } = await started(startSentry());
    tracker.archive(issue.id);
    await throwIn('r2');
    expect(stateOf(issue)).toBe('ignored archived_until_escalating');
    tracker.escalate(issue.id);
    expect(stateOf(issue)).toBe('unresolved escalating');
  });

  test('after a week it is new no more', async () => {
    const clock = { at: Date.now() };
    const { tracker, issue, throwIn } = await started(startSentry({ now: () => clock.at }));
    clock.at += 8 * DAY_MS;
    await throwIn('r1');
    expect(stateOf(issue)).toBe('unresolved ongoing');
    await tracker.settled();
  });

  test('five hundred errors of one cause are one issue, told once', async () => {
    const { tracker, issue, throwIn } = await started(startSentry());
    for (let sent = 1; sent < 500; sent += 25) await Promise.all(Array.from({ length: 25 }, () => throwIn('r1')));
    expect(issue.events).toHaveLength(501);
    await tracker.settled();
    expect(tracker.deliveries.filter(({ event }) => event === 'event_alert')).toHaveLength(1);
  });
});

describe('Glitchtip', () => {
  test('an issue resolved in a release stays so with it, and comes back with any other', async () => {
    const { tracker, issue, throwIn } = await started(startGlitchtip());
    tracker.release({ version: 'r2', project: 'shop' });
    const writer = trackerClient(tracker, tracker.writeToken);
    const update = { status: 'resolved', statusDetails: { inRelease: 'r2' } };
    expect((await writer.put(`/issues/${issue.id}/`, update)).status).toBe(200);
    await throwIn('r2');
    expect(issue.status).toBe('resolved');
    await throwIn('r1');
    expect(issue.status).toBe('unresolved');
    await tracker.settled();
    expect(tracker.deliveries).toHaveLength(2);
  });

  test('a release that is not known is passed over: the issue comes back with anything', async () => {
    const { tracker, issue, throwIn } = await started(startGlitchtip());
    const writer = trackerClient(tracker, tracker.writeToken);
    await writer.put(`/issues/${issue.id}/`, { status: 'resolved', statusDetails: { inRelease: 'r7' } });
    await throwIn('r7');
    expect(issue.status).toBe('unresolved');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertSource } from '#core/domain/alert/source.ts';
import { alertReader } from '../../../app/connectors/reader.ts';
import { openTrackerDesk } from '../../../app/connectors/tracker-desk.ts';
import { startHookCatcher } from '../../fakes/git-host/hook-catcher.ts';
import { startGlitchtip, type GlitchtipStandIn } from '../../fakes/glitchtip/stand-in.ts';
import { startSentry, type SentryStandIn } from '../../fakes/sentry/stand-in.ts';
import { sendError } from '../../fakes/tracker/send-error.ts';

const [FIRST, LAST] = ['a'.repeat(40), 'b'.repeat(40)];
const MARKER = 'incident:5f0c';

let stands: Readonly<Record<AlertSource['tracker'], SentryStandIn | GlitchtipStandIn>>;
let count = 0;
beforeAll(async () => {
  stands = { sentry: await startSentry(), glitchtip: await startGlitchtip() };
});
afterAll(async () => {
  for (const stand of Object.values(stands)) await stand[Symbol.asyncDispose]();
});

/** An address of this machine at which nobody answers. */
async function nobodyThere(): Promise<string> {
  const { url, ...catcher } = await startHookCatcher();
  await catcher[Symbol.asyncDispose]();
  return new URL(url).origin;
}

describe.each(['sentry', 'glitchtip'] as const)('%s', (tracker) => {
  const source = (): AlertSource => ({
    ...{ id: 'shop', tracker, url: stands[tracker].url, organization: 'acme', tenant: 'default', projects: [] },
    ...{ tell: [], resolve: 'next-release', act: 'record', when: {}, storm: { requests: 1, minutes: 1 } },
  });
  const desk = (token = stands[tracker].writeToken) => openTrackerDesk(new Map([['shop', token]]));
  let project: string;
  let issueId: string;
  const issue = () => stands[tracker].issues().find(({ id }) => String(id) === issueId);
  const written = () => stands[tracker].ledger.length;
  beforeEach(async () => {
    count += 1;
    project = `shop-${count}`;
    const { dsn } = stands[tracker].addProject(project);
    // Without a release, so that each test makes those it needs.
    await sendError(dsn, { extra: { release: undefined } });
    issueId = String(stands[tracker].issues().at(-1)?.id);
  });

  it('is told by one comment, which is found again among many and changed', async () => {
    const placed = await desk().comment(source(), issueId, `A fix is on its way. ${MARKER}`);
    expect(placed.url).toMatch(new RegExp(`^${stands[tracker].url}/.*issues/${issueId}/?$`));
    for (let at = 0; at < 230; at += 1) stands[tracker].comment(Number(issueId), `and I say ${at}`);
    expect(await desk().findComment(source(), issueId, MARKER)).toEqual(placed);
    expect(await desk().findComment(source(), issueId, 'incident:none')).toBeUndefined();
    await desk().updateComment(source(), issueId, { externalId: placed.externalId, text: `Merged. ${MARKER}` });
    expect(issue()?.comments.at(-1)).toMatchObject({ text: `Merged. ${MARKER}` });
    stands[tracker].assertNoViolations();
  });

  it('is told that an issue is mended', async () => {
    stands[tracker].release({ version: '1.0.0', project });
    await desk().resolve(source(), issueId, 'next-release');
    const kind = tracker === 'sentry' ? 'next-release' : 'now';
    expect(issue()).toMatchObject({ status: 'resolved', resolution: { kind } });
    await desk().resolve(source(), issueId, 'at-once');
    expect(issue()).toMatchObject({ status: 'resolved', resolution: { kind: 'now' } });
    stands[tracker].assertNoViolations();
  });

  it('is told so at once where it knows no release that a next one could follow', async () => {
    await desk().resolve(source(), issueId, 'next-release');
    expect(issue()).toMatchObject({ status: 'resolved', resolution: { kind: 'now' } });
    stands[tracker].assertNoViolations();
  });

  it('knows the newest commit of a release, and says when it knows none', async () => {
    const author = { name: 'Bea', email: 'bea@example.com' };
    const commit = (id: string, at: number) => ({
      id,
      at,
      author,
      message: 'Count',
      repository: 'acme/shop',
      files: [],
    });
    const commits = [commit(FIRST, 1), commit(LAST, 2)];
    // Sentry sorts them itself; Glitchtip keeps the order of `sentry-cli`, the newest first.
    const version = `shop@1.${count}.0+7`;
    stands[tracker].release({ version, project, commits: tracker === 'sentry' ? commits : commits.toReversed() });
    stands[tracker].release({ version: `bare-${count}`, project });
    expect(await desk().releaseCommit(source(), version)).toBe(LAST);
    for (const unknown of [
      `bare-${count}`,
      'nowhere',
      '',
      '.',
      '..',
      '../projects',
      'a/b',
      '\ud800',
      'x'.repeat(5_000),
    ])
      expect(await desk().releaseCommit(source(), unknown)).toBeUndefined();
    stands[tracker].assertNoViolations();
  });

  it('that lets a token only read is written nothing to, and the refusal says what the token lacks', async () => {
    const before = written();
    const reading = desk(stands[tracker].readToken);
    const denied = { code: 'denied', message: expect.stringContaining('needs event:write') };
    await expect(reading.comment(source(), issueId, 'hello')).rejects.toMatchObject(denied);
    await expect(reading.resolve(source(), issueId, 'next-release')).rejects.toMatchObject(denied);
    await expect(reading.updateComment(source(), issueId, { externalId: '1', text: 'hello' })).rejects.toMatchObject(
      denied,
    );
    expect(written()).toBe(before);
    const none = openTrackerDesk(new Map());
    await expect(none.comment(source(), issueId, 'hello')).rejects.toMatchObject({ code: 'denied' });
    await expect(desk('nothing').resolve(source(), issueId, 'at-once')).rejects.toMatchObject({ code: 'denied' });
  });

  it.each([
    ['an issue that is not there', () => desk().comment(source(), '999999999', 'x')],
    ['an issue that is none', () => desk().resolve(source(), '../7', 'at-once')],
    ['a comment that is not there', () => desk().updateComment(source(), issueId, { externalId: '9', text: 'x' })],
    ['a comment that is none', () => desk().updateComment(source(), issueId, { externalId: '../7', text: 'x' })],
  ])('says of %s that it is missing', async (_, ask) => {
    await expect(ask()).rejects.toMatchObject({ code: 'missing' });
    stands[tracker].assertNoViolations();
  });

  it('is written to once, and what nobody confirmed may have been done', async () => {
    const before = written();
    stands[tracker].fault({ drop: true, when: 'after', match: { method: 'POST' } });
    const lost = desk().comment(source(), issueId, `lost ${MARKER}`);
    await expect(lost).rejects.toMatchObject({ code: 'ambiguous', retryable: true });
    expect(written()).toBe(before + 1);
    expect(await desk().findComment(source(), issueId, MARKER)).toBeDefined();
    stands[tracker].fault({ status: 502, match: { method: 'PUT' } });
    await expect(desk().resolve(source(), issueId, 'at-once')).rejects.toMatchObject({ code: 'ambiguous' });
    stands[tracker].limitRate({ retryAfterSec: 7 });
    const limited = { code: 'limited', retryAfterMs: 7_000 };
    await expect(desk().comment(source(), issueId, 'later')).rejects.toMatchObject(limited);
    const away = desk().comment({ ...source(), url: await nobodyThere() }, issueId, 'x');
    await expect(away).rejects.toMatchObject({ code: 'unavailable' });
    expect(written()).toBe(before + 1);
  });

  it('says the same words once within the hour, which are found rather than refused', async () => {
    const first = await desk().comment(source(), issueId, 'The same words.');
    if (tracker === 'sentry') expect(await desk().comment(source(), issueId, 'The same words.')).toEqual(first);
    expect(issue()?.comments.filter(({ text }) => text === 'The same words.')).toHaveLength(1);
  });
});

describe('what we write ourselves is told to us as well', () => {
  it('and begins nothing', async () => {
    await using sentry = await startSentry({ resources: ['issue', 'comment', 'error'], alertOn: [] });
    await using catcher = await startHookCatcher();
    const { dsn } = sentry.addProject('shop');
    await sendError(dsn);
    await sentry.settled();
    sentry.webhookTarget = catcher.url;
    const desk = openTrackerDesk(new Map([['shop', sentry.writeToken]]));
    const source: AlertSource = {
      ...{ id: 'shop', tracker: 'sentry', url: sentry.url, organization: 'acme', tenant: 'default', projects: [] },
      ...{ tell: [], resolve: 'next-release', act: 'record', when: {}, storm: { requests: 1, minutes: 1 } },
    };
    const issueId = String(sentry.issues()[0]?.id);
    const { externalId } = await desk.comment(source, issueId, 'A fix is on its way.');
    await desk.updateComment(source, issueId, { externalId, text: 'Merged.' });
    await desk.resolve(source, issueId, 'next-release');
    await sentry.settled();
    const read = catcher.caught.map(({ headers, body }) => {
      const resource = String(headers['sentry-hook-resource']);
      const reading = alertReader.readAlerts(source, { resource, body: Buffer.from(body) });
      return `${resource}: ${reading.kind === 'ignored' ? reading.reason : reading.alerts.map(({ occasion }) => occasion).join()}`;
    });
    expect(read.toSorted()).toEqual([
      'comment: comment asks for nothing',
      'comment: comment asks for nothing',
      'issue: resolved',
    ]);
  });
});

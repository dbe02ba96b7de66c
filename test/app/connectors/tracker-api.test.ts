import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertSource } from '#core/domain/alert/source.ts';
import { openTrackers } from '../../../app/connectors/trackers.ts';
import { startGlitchtip, type GlitchtipStandIn } from '../../fakes/glitchtip/stand-in.ts';
import { startSentry, type SentryStandIn } from '../../fakes/sentry/stand-in.ts';
import { sendError } from '../../fakes/tracker/send-error.ts';

const EXTRA = {
  request: { url: 'http://shop/cart', method: 'POST', headers: {}, query_string: 'a=1' },
  breadcrumbs: [{ timestamp: 1_700_000_000, category: 'console', message: 'asked', level: 'info' }],
};

let stands: Readonly<Record<AlertSource['tracker'], SentryStandIn | GlitchtipStandIn>>;
beforeAll(async () => {
  stands = { sentry: await startSentry(), glitchtip: await startGlitchtip() };
});
afterAll(async () => {
  for (const stand of Object.values(stands)) await stand[Symbol.asyncDispose]();
});

describe.each(['sentry', 'glitchtip'] as const)('%s', (tracker) => {
  const source = (): AlertSource => ({
    ...{ id: 'shop', tracker, url: stands[tracker].url, organization: 'acme', tenant: 'default', projects: [] },
    ...{ tell: [], resolve: 'next-release', act: 'record', when: {}, storm: { requests: 1, minutes: 1 } },
  });
  const trackers = (token = stands[tracker].readToken) => openTrackers(new Map([['shop', token]]));
  const issueId = () => String(stands[tracker].issues().at(-1)?.id);

  it('is asked for the newest event with its frames, what came before, and how often it happened', async () => {
    const { dsn } = stands[tracker].addProject('shop');
    for (const user of ['7', '8']) await sendError(dsn, { user, extra: EXTRA });
    const failure = await trackers().readFailure(source(), issueId());
    expect(failure.errors.at(-1)?.frames.some(({ inApp, line }) => inApp && line !== null)).toBe(true);
    expect(failure).toMatchObject({
      ...{ events: 2, users: tracker === 'sentry' ? 2 : null },
      ...{
        request: { method: 'POST', url: 'http://shop/cart' },
        breadcrumbs: [{ category: 'console', message: 'asked' }],
      },
    });
    expect(Number.isNaN(Date.parse(failure.lastSeen ?? ''))).toBe(false);
    stands[tracker].assertNoViolations();
  });

  it.each([
    ['a token that is none', 'denied', () => trackers('nothing').readFailure(source(), issueId())],
    ['no token', 'denied', () => openTrackers(new Map()).readFailure(source(), issueId())],
    ['an issue that is not there', 'missing', () => trackers().readFailure(source(), '999999999')],
    ['an issue with a path in its id', 'missing', () => trackers().readFailure(source(), '../projects')],
    ['an issue that is the folder above', 'missing', () => trackers().readFailure(source(), '..')],
    ['half a letter for an issue', 'missing', () => trackers().readFailure(source(), '\ud800')],
  ])('with %s it is %s', async (_, code, ask) => {
    await expect(ask()).rejects.toMatchObject({ code });
  });

  it('says when to come again, and that it is away', async () => {
    stands[tracker].limitRate({ retryAfterSec: 7, times: 2 });
    const limited = trackers().readFailure(source(), issueId());
    await expect(limited).rejects.toMatchObject({ code: 'limited', retryAfterMs: 7_000 });
    const away = trackers().readFailure({ ...source(), url: 'http://127.0.0.1:9' }, '1');
    await expect(away).rejects.toMatchObject({ code: 'unavailable' });
  });
});

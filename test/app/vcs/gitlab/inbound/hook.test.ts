import { createHash, createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Knock } from '#core/ports/host/webhook-door.ts';
import { openGitLabDoor } from '../../../../../app/vcs/gitlab/inbound/hook.ts';

const webhookSecret = randomBytes(32).toString('hex');
const key = randomBytes(32);
const signingToken = `whsec_${key.toString('base64')}`;
const body = Buffer.from('{"object_kind":"note","text":"héllo – 👀"}');
const NOW_MS = 1_800_000_000_000;
const now = () => NOW_MS;

function headersFor(changed: Record<string, string | undefined> = {}): Knock['headers'] {
  const plain = { 'x-gitlab-token': webhookSecret, 'x-gitlab-event': 'Note Hook', 'idempotency-key': 'f5e5f430-1' };
  return { ...plain, ...changed };
}

function signature(by: { key?: Buffer; id?: string; atSec?: number; bytes?: Buffer } = {}): string {
  const { key: with_ = key, id = 'msg-1', atSec = NOW_MS / 1_000, bytes = body } = by;
  return `v1,${createHmac('sha256', with_).update(`${id}.${atSec}.`).update(bytes).digest('base64')}`;
}

function signedHeaders(changed: Record<string, string | undefined> = {}): Knock['headers'] {
  const timestamp = String(NOW_MS / 1_000);
  const signed = { 'webhook-id': 'msg-1', 'webhook-timestamp': timestamp, 'webhook-signature': signature() };
  return headersFor({ ...signed, ...changed });
}

describe('a delivery at the door', () => {
  const door = openGitLabDoor({ webhookSecret });

  test('is admitted with its key, its event and the very bytes when the token is right', async () => {
    expect(await door.admit({ headers: headersFor(), body })).toEqual({
      kind: 'admitted',
      delivery: { provider: 'gitlab', guid: 'f5e5f430-1', event: 'Note Hook', body },
    });
  });

  test.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['is another', randomBytes(32).toString('hex')],
    ['is cut', webhookSecret.slice(0, -1)],
    ['has something behind it', `${webhookSecret}0`],
    ['has another case', webhookSecret.toUpperCase()],
  ])('is refused when its token %s', async (_how, token) => {
    const admission = await door.admit({ headers: headersFor({ 'x-gitlab-token': token }), body });
    expect(admission).toEqual({ kind: 'refused', status: 401, reason: 'bad token' });
  });

  test.each([undefined, '', 'note; drop', 'Note\nHook', 'x'.repeat(65)])(
    'is admitted all the same with the event %j, which is none of ours: GitLab turns off hooks that are refused',
    async (event) => {
      const admission = await door.admit({ headers: headersFor({ 'x-gitlab-event': event }), body });
      expect(admission).toMatchObject({ kind: 'admitted', delivery: { event: 'unknown' } });
    },
  );

  test('need not be JSON: nothing is parsed before it is on record', async () => {
    const text = Buffer.from('not json');
    expect(await door.admit({ headers: headersFor(), body: text })).toMatchObject({ kind: 'admitted' });
  });

  test('of a GitLab without keys is known by its bytes, whatever ids of the attempt it carries', async () => {
    const ids = { 'idempotency-key': undefined, 'x-gitlab-event-uuid': 'shared', 'x-gitlab-webhook-uuid': 'attempt' };
    const admission = await door.admit({ headers: headersFor(ids), body });
    const guid = createHash('sha256').update(body).digest('hex');
    expect(admission).toMatchObject({ kind: 'admitted', delivery: { guid } });
  });

  test('with a key that is no key is known by its bytes', async () => {
    const admission = await door.admit({ headers: headersFor({ 'idempotency-key': '../x' }), body });
    expect(admission).toMatchObject({ delivery: { guid: createHash('sha256').update(body).digest('hex') } });
  });
});

describe('a door with a signing token', () => {
  const door = openGitLabDoor({ webhookSecret, signingToken, now });

  test('admits what is signed, under the id that is signed too', async () => {
    const admission = await door.admit({ headers: signedHeaders(), body });
    expect(admission).toMatchObject({ kind: 'admitted', delivery: { guid: 'msg-1', event: 'Note Hook' } });
  });

  test('takes any one of several signatures, as when a token is being replaced', async () => {
    const signatures = `${signature({ key: randomBytes(32) })} v2,abc ${signature()}`;
    const admission = await door.admit({ headers: signedHeaders({ 'webhook-signature': signatures }), body });
    expect(admission).toMatchObject({ kind: 'admitted' });
  });

  test.each([-300, 300])('allows clocks to be %i seconds apart', async (seconds) => {
    const atSec = NOW_MS / 1_000 + seconds;
    const headers = signedHeaders({ 'webhook-timestamp': String(atSec), 'webhook-signature': signature({ atSec }) });
    expect(await door.admit({ headers, body })).toMatchObject({ kind: 'admitted' });
  });

  const past = NOW_MS / 1_000 - 301;
  const future = NOW_MS / 1_000 + 301;
  test.each<[string, Record<string, string | undefined>]>([
    ['without a signature', { 'webhook-signature': undefined }],
    ['with another key', { 'webhook-signature': signature({ key: randomBytes(32) }) }],
    ['for another body', { 'webhook-signature': signature({ bytes: Buffer.from('{}') }) }],
    ['for another id', { 'webhook-id': 'msg-2' }],
    ['for another time', { 'webhook-timestamp': String(NOW_MS / 1_000 - 1) }],
    ['too long ago', { 'webhook-timestamp': String(past), 'webhook-signature': signature({ atSec: past }) }],
    ['too far ahead', { 'webhook-timestamp': String(future), 'webhook-signature': signature({ atSec: future }) }],
    ['at no time', { 'webhook-timestamp': 'NaN', 'webhook-signature': signature() }],
    ['in another version', { 'webhook-signature': signature().replace('v1,', 'v2,') }],
    ['with a cut signature', { 'webhook-signature': signature().slice(0, -4) }],
  ])('refuses what is signed %s', async (_how, changed) => {
    const admission = await door.admit({ headers: signedHeaders(changed), body });
    expect(admission).toEqual({ kind: 'refused', status: 401, reason: 'bad signature' });
  });

  test('still asks for the secret token', async () => {
    const admission = await door.admit({ headers: signedHeaders({ 'x-gitlab-token': undefined }), body });
    expect(admission).toMatchObject({ reason: 'bad token' });
  });
});

test('a door without a signing token leaves signatures alone', async () => {
  const headers = signedHeaders({ 'webhook-signature': 'v1,anything' });
  expect(await openGitLabDoor({ webhookSecret }).admit({ headers, body })).toMatchObject({ kind: 'admitted' });
});

describe('opening the door', () => {
  test.each([
    ['an unset secret', { webhookSecret: '' }],
    ['a secret of 31 bytes', { webhookSecret: 'x'.repeat(31) }],
    ['a signing token without its prefix', { webhookSecret, signingToken: key.toString('base64') }],
    ['a signing token that is short', { webhookSecret, signingToken: 'whsec_AAAA' }],
    ['a signing token that is no base64', { webhookSecret, signingToken: `whsec_${'%'.repeat(44)}` }],
  ])('is refused with %s', (_what, options) => {
    expect(() => openGitLabDoor(options)).toThrowError(expect.objectContaining({ code: 'invalid' }));
  });
});

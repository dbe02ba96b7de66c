import { createHmac, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { openGitHubDoor, type GitHubDoor } from '../../../../../app/vcs/github/inbound/app.ts';

const secret = randomBytes(32).toString('hex');
const body = Buffer.from('{"action":"created","comment":{"body":"héllo – 👀"}}');

function sign(bytes: Uint8Array, key = secret): string {
  return `sha256=${createHmac('sha256', key).update(bytes).digest('hex')}`;
}

function headersFor(bytes: Uint8Array, changed: Record<string, string | undefined> = {}) {
  return {
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-github-event': 'issue_comment',
    'x-hub-signature-256': sign(bytes),
    ...changed,
  };
}

describe('a delivery at the door', () => {
  let door: GitHubDoor;

  beforeAll(async () => {
    door = await openGitHubDoor({ webhookSecret: secret });
  });

  test('is admitted with its GUID, its event and the very bytes when the signature is right', async () => {
    const admission = await door.admit({ headers: headersFor(body), body });
    expect(admission).toEqual({
      kind: 'admitted',
      delivery: { provider: 'github', guid: '72d3162e-cc78-11e3-81ab-4c9367dc0958', event: 'issue_comment', body },
    });
  });

  test.each(['x-github-delivery', 'x-github-event', 'x-hub-signature-256'])('is refused without %s', async (name) => {
    const admission = await door.admit({ headers: headersFor(body, { [name]: undefined }), body });
    expect(admission).toEqual({ kind: 'refused', status: 400, reason: 'missing header' });
  });

  test.each([
    ['x-github-delivery', 'a b'],
    ['x-github-delivery', 'x'.repeat(65)],
    ['x-github-event', 'issues; drop'],
  ])('is refused when %s is malformed', async (name, value) => {
    const admission = await door.admit({ headers: headersFor(body, { [name]: value }), body });
    expect(admission).toMatchObject({ kind: 'refused', status: 400 });
  });

  test.each<[string, string]>([
    ['of another secret', sign(body, 'another secret, also of more than 32 bytes')],
    ['of another body', sign(Buffer.from('{}'))],
    ['by SHA-1', `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`],
    ['without its prefix', sign(body).slice('sha256='.length)],
    ['that is cut', sign(body).slice(0, -1)],
    ['that is no hex', `sha256=${'z'.repeat(64)}`],
  ])('is refused with a signature %s', async (_kind, signature) => {
    const admission = await door.admit({ headers: headersFor(body, { 'x-hub-signature-256': signature }), body });
    expect(admission).toEqual({ kind: 'refused', status: 401, reason: 'bad signature' });
  });

  test('is refused when empty, signed or not', async () => {
    const empty = Buffer.alloc(0);
    expect(await door.admit({ headers: headersFor(empty), body: empty })).toMatchObject({ status: 401 });
  });

  test('is refused when its bytes differ from the signed ones in a way that decoding would hide', async () => {
    const signed = Buffer.from('{"text":"\uFFFD"}');
    const replaced = Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), signed]);
    for (const forged of [replaced, marked]) {
      expect(await door.admit({ headers: headersFor(signed), body: forged })).toMatchObject({
        reason: 'bad signature',
      });
    }
    expect(await door.admit({ headers: headersFor(marked), body: marked })).toMatchObject({ kind: 'admitted' });
  });

  test('need not be JSON: nothing is parsed before it is on record', async () => {
    const text = Buffer.from('not json');
    expect(await door.admit({ headers: headersFor(text), body: text })).toMatchObject({ kind: 'admitted' });
  });
});

describe('opening the door', () => {
  test.each([
    ['unset', ''],
    ['Probot’s default', 'development'],
    ['31 bytes', 'x'.repeat(31)],
  ])('is refused when the secret is %s', async (_what, webhookSecret) => {
    await expect(openGitHubDoor({ webhookSecret })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('counts bytes of the secret, not characters', async () => {
    await expect(openGitHubDoor({ webhookSecret: 'é'.repeat(16) })).resolves.toBeDefined();
  });
});

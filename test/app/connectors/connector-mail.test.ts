import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postmarkMail, sendGridForm } from './connector-bodies.ts';
import { openConnectorScene, type ConnectorScene } from './connector-scene.ts';

let scene: ConnectorScene;
beforeAll(async () => {
  scene = await openConnectorScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

describe('a mail of which nobody says whose it is begins nothing', () => {
  const forged = { dkim: 'none', SPF: 'fail' };
  it.each([
    ['a sender whom nothing vouches for', forged],
    ['a verdict of nothing', { dkim: '', SPF: '' }],
    ['SPF for another domain', { dkim: 'none', envelope: '{"from":"eve@evil.example"}' }],
    ['DKIM of another domain', { ...forged, dkim: '{@evil.example : pass}' }],
    ['DKIM of a domain above', { ...forged, dkim: '{@com : pass}' }],
    ['DKIM that failed', { ...forged, dkim: '{@example.com : fail}' }],
    ['DKIM that failed beside another’s', { ...forged, dkim: '{@evil.example : pass, @example.com : fail}' }],
    ['two senders', { from: 'eve@evil.example, Ada <ada@example.com>' }],
    [
      'a sender within a name',
      { ...forged, from: '"ada@example.com" <eve@evil.example>', dkim: '{@evil.example : pass}' },
    ],
    ['no sender', { from: '' }],
    ['no words', { subject: ' ', text: '\n' }],
    ['an envelope that is none', { envelope: '{' }],
  ])('by mail through SendGrid: %s', async (_, change) => {
    const { type, body } = await sendGridForm(change);
    expect((await scene.mail(body, type)).status).toBe(202);
    expect((await scene.work()).join()).toMatch(/^(?:ignored|refused): /);
    expect(await scene.requests()).toEqual([]);
  });

  const pass = { Name: 'Received-SPF', Value: 'Pass identity=mailfrom; envelope-from=eve@evil.example' };
  const without = (name: string) => postmarkMail().Headers.filter((one) => one.Name !== name);
  const only = (...headers: { Name: string; Value: string }[]) => postmarkMail({ Headers: headers });
  it.each([
    ['no verdict', () => only()],
    ['SPF for another domain', () => only(pass)],
    ['SPF that failed', () => only({ ...pass, Value: 'Fail envelope-from=ada@example.com' })],
    ['SPF twice', () => only(pass, { ...pass, Value: 'Pass envelope-from=ada@example.com' })],
    ['DKIM of whoever', () => only({ Name: 'X-Spam-Tests', Value: 'DKIM_SIGNED,DKIM_VALID' })],
    ['its tests twice', () => only(...without('Received-SPF'), { Name: 'x-spam-tests', Value: 'DKIM_VALID_AU' })],
    ['no id', () => postmarkMail({ MessageID: '' })],
    ['a stranger', () => postmarkMail({ FromFull: { Email: 'bob@example.com', Name: 'Ada Lovelace' } })],
  ])('by mail through Postmark: %s', async (_, body) => {
    expect((await scene.mail(JSON.stringify(body()), 'application/json')).status).toBe(202);
    expect((await scene.work()).join()).toMatch(/^(?:ignored|refused): /);
    expect(await scene.requests()).toEqual([]);
  });

  it('a form that is none', async () => {
    await scene.mail('--x\r\nnothing', 'multipart/form-data; boundary=x');
    await scene.mail('words', 'multipart/form-data; boundary=x');
    expect(await scene.work()).toEqual(['ignored: the body is no form', 'ignored: the body is no form']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectorPlaces } from '#core/contracts/connectors.ts';
import { openConnectorDoors, openConnectorReader } from '../../../app/compose-connectors.ts';
import { jiraComment, postmarkMail, teamsMessage } from './connector-bodies.ts';
import { jiraSignature, openConnectorScene, SECRETS, teamsSignature, type ConnectorScene } from './connector-scene.ts';

const MEBIBYTE = 1_024 * 1_024;
const JIRA = JSON.stringify(jiraComment('@astraforge go'));
const TEAMS = JSON.stringify(teamsMessage('<at>Forge</at> go'));
const MAIL = JSON.stringify(postmarkMail());
const JSON_TYPE = { 'content-type': 'application/json' };

let scene: ConnectorScene;
beforeAll(async () => {
  scene = await openConnectorScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;
const jira = (value: string): Headers => ({ 'x-hub-signature': value });
const teams = (value: string): Headers => ({ authorization: value });
const basic = (text: string): Headers => teams(`Basic ${Buffer.from(text).toString('base64')}`);
const good = jiraSignature(JIRA, SECRETS.board);

/** Calls that are not genuine: what, address, body, headers and answer. */
const FORGED: readonly { what: string; path: string; body: string; headers: Headers; status: number }[] = [
  ...[
    { what: 'no signature', headers: {}, status: 400 },
    { what: 'an empty signature', headers: jira(''), status: 400 },
    { what: 'a signature without its algorithm', headers: jira(good.slice(7)), status: 400 },
    { what: 'one of another algorithm', headers: jira(`sha1=${good.slice(7)}`), status: 400 },
    { what: 'half a signature', headers: jira(good.slice(0, 40)), status: 400 },
    { what: 'one with more behind it', headers: jira(`${good}00`), status: 400 },
    { what: 'one in capitals', headers: jira(`sha256=${good.slice(7).toUpperCase()}`), status: 400 },
    { what: 'another signature', headers: jira(`sha256=${'a'.repeat(64)}`), status: 401 },
    { what: 'the signature of another body', headers: jira(jiraSignature(`${JIRA} `, SECRETS.board)), status: 401 },
    { what: 'one by another place’s secret', headers: jira(jiraSignature(JIRA, SECRETS.labelled)), status: 401 },
    { what: 'one by no secret', headers: jira(jiraSignature(JIRA, '')), status: 401 },
    { what: 'the secret itself', headers: jira(SECRETS.board), status: 400 },
  ].map((one) => ({ ...one, what: `Jira: ${one.what}`, path: '/webhooks/connector/board', body: JIRA })),
  ...[
    { what: 'no signature', headers: {}, status: 400 },
    { what: 'another scheme', headers: teams(teamsSignature(TEAMS).replace('HMAC', 'Bearer')), status: 400 },
    { what: 'no base64', headers: teams(`HMAC ${'!'.repeat(44)}`), status: 400 },
    { what: 'a short one', headers: teams('HMAC YWJj'), status: 400 },
    { what: 'another signature', headers: teams(`HMAC ${Buffer.alloc(32).toString('base64')}`), status: 401 },
    { what: 'the signature of another body', headers: teams(teamsSignature(`${TEAMS} `)), status: 401 },
    {
      what: 'the signature by the text of the key',
      headers: teams(teamsSignature(TEAMS, btoa(SECRETS.channel))),
      status: 401,
    },
  ].map((one) => ({ ...one, what: `Teams: ${one.what}`, path: '/webhooks/connector/channel', body: TEAMS })),
  ...[
    { what: 'no password', path: '', headers: JSON_TYPE, status: 401 },
    { what: 'an empty password', path: '', headers: { ...JSON_TYPE, ...basic('any:') }, status: 401 },
    { what: 'another password', path: '', headers: { ...JSON_TYPE, ...basic('any:password') }, status: 401 },
    {
      what: 'the name for the password',
      path: '',
      headers: { ...JSON_TYPE, ...basic(`${SECRETS.post}:`) },
      status: 401,
    },
    { what: 'another scheme', path: '', headers: { ...JSON_TYPE, ...teams(`Bearer ${SECRETS.post}`) }, status: 401 },
    { what: 'another token', path: `/${'p'.repeat(63)}`, headers: JSON_TYPE, status: 401 },
    { what: 'a longer token', path: `/${SECRETS.post}p`, headers: JSON_TYPE, status: 401 },
    { what: 'another place’s token', path: `/${SECRETS.board}`, headers: JSON_TYPE, status: 401 },
    {
      what: 'a wrong token beside the right password',
      path: '/wrong',
      headers: { ...JSON_TYPE, ...basic(`a:${SECRETS.post}`) },
      status: 401,
    },
    { what: 'another type', path: `/${SECRETS.post}`, headers: { 'content-type': 'text/plain' }, status: 400 },
  ].map((one) => ({ ...one, what: `mail: ${one.what}`, path: `/webhooks/connector/post${one.path}`, body: MAIL })),
  ...[
    { what: 'no place', path: '', status: 404 },
    { what: 'a place that is not there', path: '/nowhere', status: 401 },
    { what: 'a place without a secret', path: '/mute', status: 401 },
    { what: 'the connector’s name', path: '/jira', status: 401 },
    { what: 'a prototype', path: '/__proto__', status: 401 },
    { what: 'a path', path: '/..%2fboard', status: 404 },
    { what: 'more behind it', path: '/board/more', status: 401 },
    { what: 'far more behind it', path: '/board/more/still', status: 404 },
    { what: 'a query', path: '/board?a=b', status: 404 },
  ].map((one) => ({
    ...one,
    what: `address: ${one.what}`,
    path: `/webhooks/connector${one.path}`,
    body: JIRA,
    headers: jira(good),
  })),
];

describe('the door of connectors', () => {
  it.each(FORGED)('is shut for $what', async ({ path, body, headers, status }) => {
    expect((await scene.post(path, body, headers)).status).toBe(status);
    expect(await scene.work()).toEqual([]);
  });

  it('is shut for what is larger than its sender may send', async () => {
    const large = JSON.stringify(jiraComment(`@astraforge ${'a'.repeat(MEBIBYTE)}`));
    expect((await scene.jira(large)).status).toBe(413);
    expect((await scene.teams(teamsMessage('a'.repeat(MEBIBYTE)))).status).toBe(413);
    expect((await scene.mail('a'.repeat(21 * MEBIBYTE), 'application/json')).status).toBe(413);
    expect(await scene.work()).toEqual([]);
  });

  it('is open for a password in the address as well as for a token, and says nothing of what it thinks of the body', async () => {
    const said = await scene.post('/webhooks/connector/post', '{"From": 1}', {
      ...JSON_TYPE,
      ...basic(`any:${SECRETS.post}`),
    });
    expect([said.status, await said.json()]).toEqual([202, { detail: 'recorded' }]);
    expect(await scene.work()).toEqual([expect.stringMatching(/^ignored: the body lacks /)]);
  });

  it('lets nothing begin where the tenant has no such link', async () => {
    await scene.post('/webhooks/connector/adrift', TEAMS, teams(teamsSignature(TEAMS)));
    expect(await scene.work()).toEqual(['refused: the tenant default has no such repository link']);
    expect(await scene.requests()).toEqual([]);
  });
});

describe('CONNECTORS', () => {
  const place = { name: 'jira', id: 'board', link: 'github:acme/shop' };
  it.each([
    ['no JSON', '{', /no JSON/],
    ['no list', '{}', /array/],
    ['a field nobody knows', JSON.stringify([{ ...place, secret: 'x' }]), /secret/],
    ['no link', JSON.stringify([{ ...place, link: 'acme/shop' }]), /repository link/],
    ['an id that is none', JSON.stringify([{ ...place, id: 'A b' }]), /lower-case/],
    ['one id twice', JSON.stringify([place, place]), /same id/],
    ['a mention with @', JSON.stringify([{ ...place, mention: '@forge' }]), /without @/],
  ])('is refused with %s', (_, text, reason) => {
    expect(JSON.stringify(ConnectorPlaces.safeParse(text).error?.issues)).toMatch(reason);
  });

  it('stops the start for a connector that is not there, and for a mailbox to which anybody may write', async () => {
    const unknown = ConnectorPlaces.parse(JSON.stringify([{ ...place, name: 'pager' }]));
    const known = /there is no connector pager, only jira, teams, email/;
    await expect(openConnectorDoors(unknown, new Map())).rejects.toThrow(known);
    await expect(openConnectorReader(unknown, 'astraforge')).rejects.toThrow(known);
    const anybody = ConnectorPlaces.parse(JSON.stringify([{ ...place, name: 'email' }]));
    await expect(openConnectorReader(anybody, 'astraforge')).rejects.toThrow(/needs `senders`/);
  });
});

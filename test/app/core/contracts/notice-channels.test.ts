import { describe, expect, it } from 'vitest';
import { mailServerOf } from '#core/contracts/mail-server.ts';
import { ChannelSecrets, NoticeChannels, reachableChannels, secretPartsOf } from '#core/contracts/notice-channels.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';

const SLACK = 'https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx';
const TEAMS =
  'https://prod-1.westus.logic.azure.com:443/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE';
const MAIL = 'smtps://bot%40example.org:p%40ss-word@mail.example.org';

const channels = (...list: readonly object[]) => NoticeChannels.parse(JSON.stringify(list));
const secrets = (map: Readonly<Record<string, string>>) => ChannelSecrets.parse(JSON.stringify(map));

describe('the address of a mail server', () => {
  it.each([
    [
      MAIL,
      {
        host: 'mail.example.org',
        port: 465,
        security: 'tls',
        login: { user: 'bot@example.org', password: 'p@ss-word' },
      },
    ],
    ['smtp://Mail.example.org', { host: 'mail.example.org', port: 587, security: 'starttls' }],
    ['smtp://bot:secret@mail.example.org:2525/', { port: 2_525, security: 'starttls', login: { user: 'bot' } }],
    ['smtp://[2001:db8::1]:25', { host: '2001:db8::1', port: 25, security: 'starttls' }],
    ['smtp://mail:25?tls=off', { host: 'mail', security: 'none' }],
    ['smtp://mail.office.internal?tls=off', { security: 'none' }],
    ['smtp://10.0.0.7?tls=off', { security: 'none' }],
    ['smtp://172.31.0.1?tls=off', { security: 'none' }],
    ['smtp://[fd12::1]?tls=off', { host: 'fd12::1', security: 'none' }],
    ['smtp://[::1]?tls=off', { security: 'none' }],
  ])('%s says how it is spoken to', (url, server) => {
    expect(mailServerOf(url)).toMatchObject(server);
  });

  it.each([
    ...['smtp://mail.example.org?tls=off', 'smtp://8.8.8.8?tls=off', 'smtp://172.32.0.1?tls=off'],
    ...['smtp://10.0.0.1.evil.example?tls=off', 'smtp://134744072?tls=off', 'smtp://0x08080808?tls=off'],
    ...[
      'smtp://[2001:db8::1]?tls=off',
      'smtps://mail?tls=off',
      'smtp://mail?tls=on',
      'smtp://mail?a=b',
      'smtp://mail/x',
    ],
    ...['smtp://bot@mail', 'smtp://a:b@c@mail', 'smtp://a:b%0d%0aQUIT@mail', 'smtp://a:%ff@mail', 'smtp://mail:70000'],
    ...['https://mail.example.org', 'smtp://', 'mail.example.org', '', 'smtp://ma il', 'SMTP://mail'],
  ])('%s is none', (url) => {
    expect(mailServerOf(url)).toBeUndefined();
  });
});

describe('channels as they are configured', () => {
  it('are joined with what lets us in, and mail is sent by whoever signs in', () => {
    const list = channels(
      { id: 'on-call', kind: 'slack' },
      { id: 'team', kind: 'teams' },
      { id: 'crew', kind: 'email', to: ['ida@example.org'] },
    );
    const configured = { channels: list, secrets: secrets({ 'on-call': SLACK, team: TEAMS, crew: MAIL }) };
    expect(reachableChannels({ ...configured, sources: [{ id: 'shop', tell: ['crew', 'team'] }] })).toMatchObject([
      { id: 'on-call', kind: 'slack', url: SLACK },
      { id: 'team', kind: 'teams', url: TEAMS },
      { id: 'crew', kind: 'email', from: 'bot@example.org', to: ['ida@example.org'], server: { security: 'tls' } },
    ]);
  });

  it('are refused all at once, with what to set and nothing of a secret', () => {
    const list = channels(
      { id: 'on-call', kind: 'slack' },
      { id: 'team', kind: 'teams' },
      { id: 'crew', kind: 'email', to: ['ida@example.org'] },
      { id: 'post', kind: 'email', to: ['ida@example.org'] },
    );
    const map = secrets({ team: MAIL, crew: SLACK, post: 'smtp://mail:25?tls=off' });
    const join = () =>
      reachableChannels({ channels: list, secrets: map, sources: [{ id: 'shop', tell: ['nobody', 'post'] }] });
    expect(join).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message:
          'The channels of alerts are not set up: ALERT_CHANNEL_SECRETS has nothing for the channel on-call (slack): set the https address of its webhook; ' +
          'what ALERT_CHANNEL_SECRETS has for the channel team is not for teams: set the https address of its webhook; ' +
          'what ALERT_CHANNEL_SECRETS has for the channel crew is not for email: set the address of its mail server, `smtps://user:password@host`; ' +
          'the channel post has no sender: set its `from`; ' +
          'the source shop tells the channel nobody, which ALERT_CHANNELS does not have',
      }),
    );
  });

  it.each([
    [[{ id: 'On call', kind: 'slack' }]],
    [[{ id: 'a', kind: 'irc' }]],
    [[{ id: 'a', kind: 'slack', url: SLACK }]],
    [[{ id: 'a', kind: 'slack', to: ['ida@example.org'] }]],
    [[{ id: 'a', kind: 'email', to: [] }]],
    [[{ id: 'a', kind: 'email' }]],
    [[{ id: 'a', kind: 'email', to: ['ida@example.org\r\nBcc: eve@example.org'] }]],
    [[{ id: 'a', kind: 'email', to: ['ida'], from: 'bot@example.org' }]],
    [
      [
        { id: 'a', kind: 'slack' },
        { id: 'a', kind: 'teams' },
      ],
    ],
    [{ a: 'slack' }],
  ])('%j is none', (list) => {
    expect(NoticeChannels.safeParse(JSON.stringify(list)).success).toBe(false);
  });

  it.each([
    'http://hooks.slack.com/services/x',
    'https://user:pw@hooks.slack.com/x',
    'ftp://x/y',
    'https://x/#y',
    'https://x y/',
    'smtp://evil.example?tls=off',
  ])('%s lets nobody in, and is not shown', (secret) => {
    const { error } = ChannelSecrets.safeParse(JSON.stringify({ 'on-call': secret }));
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]?.message).toContain('on-call');
    expect(error?.message).not.toContain(secret);
  });

  it.each(['http://127.0.0.1:8080/x', 'http://localhost/x', 'http://[::1]:1/x', SLACK, TEAMS, MAIL])(
    '%s lets us in',
    (secret) => {
      expect(secrets({ a: secret }).get('a')).toBe(secret);
    },
  );
});

it('no part of an address that lets somebody in is ever shown, and ordinary words still are', () => {
  const redactor = createRedactor();
  for (const secret of [SLACK, TEAMS, MAIL].flatMap(secretPartsOf)) redactor.register(secret);
  const told = [
    SLACK,
    new URL(SLACK).pathname,
    TEAMS,
    new URL(TEAMS).search,
    MAIL,
    'p@ss-word',
    'p%40ss-word',
    btoa('\0bot@example.org\0p@ss-word'),
  ];
  const shown = redactor.redact(told.join('\n'));
  for (const secret of ['abcdefghijklmnopqrstuvwx', '0123456789abcdef0123456789abcdef', 'AbCdEfGhIjKl', 'ss-word'])
    expect(shown).not.toContain(secret);
  const words =
    'https://hooks.slack.com/services api-version=2016-06-01 /triggers/manual/run mail.example.org bot@example.org';
  expect(redactor.redact(words)).toBe(words);
});

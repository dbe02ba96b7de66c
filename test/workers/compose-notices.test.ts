import { expect, it } from 'vitest';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { AlertReading } from '../../app/config-alerts.ts';
import { secretsOf } from '../../app/compose.ts';
import { Base, ConfigError, readConfig } from '../../app/config.ts';
import { createLogger } from '../../app/telemetry/logger.ts';
import { openChannels } from '../../workers/compose-notices.ts';
import { startChat } from '../fakes/chat/stand-in.ts';
import { notice } from '../app/notices/hostile-notice.ts';

const source = (more: object) => [
  { id: 'shop', tracker: 'sentry', url: 'https://sentry.example', organization: 'acme', ...more },
];
const open = (env: Readonly<Record<string, unknown>>) =>
  openChannels(
    readConfig(
      AlertReading,
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, JSON.stringify(value)])),
    ),
  );

it('what is configured is told', async () => {
  await using chat = await startChat();
  const notices = await open({
    ALERT_CHANNELS: [
      { id: 'on-call', kind: 'slack' },
      { id: 'team', kind: 'teams' },
    ],
    ALERT_CHANNEL_SECRETS: { 'on-call': chat.slackUrl, team: chat.teamsUrl },
    ALERT_SOURCES: source({ tell: ['on-call', 'team', 'on-call'] }),
  });
  expect(notices.channels).toEqual([
    { id: 'on-call', kind: 'slack' },
    { id: 'team', kind: 'teams' },
  ]);
  for (const { id } of notices.channels) await notices.send(id, notice());
  expect([chat.slack.length, chat.teams.length]).toEqual([1, 1]);
});

it('nothing is told where nothing is configured', async () => {
  const notices = await open({ ALERT_SOURCES: source({}) });
  expect(notices.channels).toEqual([]);
  await expect(notices.send('on-call', notice())).rejects.toMatchObject({ code: 'denied' });
});

it.each([
  [{ ALERT_CHANNELS: [{ id: 'on-call', kind: 'slack' }] }, 'ALERT_CHANNEL_SECRETS has nothing for the channel on-call'],
  [
    { ALERT_SOURCES: source({ tell: ['on-call'] }) },
    'the source shop tells the channel on-call, which ALERT_CHANNELS does not have',
  ],
])('%j ends the start with what to set', async (env, message) => {
  await expect(open(env)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(message) });
});

it.each([
  [{ ALERT_CHANNELS: [{ id: 'crew', kind: 'email', to: [] }] }, 'ALERT_CHANNELS is wrong: 0.to: '],
  [
    { ALERT_CHANNELS: [{ id: 'crew', kind: 'slack', url: 'https://x' }] },
    'ALERT_CHANNELS is wrong: 0: Unrecognized key: "url"',
  ],
  [{ ALERT_CHANNEL_SECRETS: { crew: 'http://x' } }, 'ALERT_CHANNEL_SECRETS is wrong: what it has for crew is neither'],
  [{ ALERT_SOURCES: source({ tell: ['On Call'] }) }, 'ALERT_SOURCES is wrong: 0.tell.0: use lower-case letters'],
  [{ ALERT_SOURCES: source({ resolve: 'yes' }) }, 'ALERT_SOURCES is wrong: 0.resolve: '],
])('%j is wrong, and it says where', async (env, message) => {
  const read = async () => open(env);
  await expect(read()).rejects.toThrow(ConfigError);
  await expect(read()).rejects.toThrow(message);
});

it('a source tells nobody and is resolved with the next release unless it says otherwise', () => {
  const { ALERT_SOURCES: sources } = readConfig(AlertReading, { ALERT_SOURCES: JSON.stringify(source({})) });
  expect(sources.get('shop')).toMatchObject({ tell: [], resolve: 'next-release' });
});

it('whatever lets us into a channel is in no log', () => {
  const url = 'https://hooks.slack.com/services/T0/B0/abcdefghijklmnopqrstuvwx';
  const config = readConfig(Base.extend(AlertReading.shape), {
    ALERT_CHANNEL_SECRETS: JSON.stringify({ 'on-call': url, crew: 'smtps://bot:p%40ss-word@mail.example.org' }),
  });
  const redactor = createRedactor();
  for (const secret of secretsOf(config)) redactor.register(secret);
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', name: 'workers' }, { redactor, write: (line) => void lines.push(line) });
  logger.warn({ url, path: new URL(url).pathname, said: 'signing in with p@ss-word' }, 'a channel was told');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('a channel was told');
  expect(lines[0]).not.toMatch(/abcdefghijklmnopqrstuvwx|ss-word/);
});

import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AlertSources } from '#core/contracts/alert-sources.ts';
import { ChannelSecrets, NoticeChannels, reachableChannels } from '#core/contracts/notice-channels.ts';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import { parseYaml } from '../../../workers/parse-yaml.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const guide = read('docs/incidents.md');

/** What people find in records, issues, trackers and logs; what differs from case to case is between the parts. */
const SAID: readonly (readonly string[])[] = [
  ['An issue and a request are made for it.'],
  ['The plan waits for approval'],
  ['A plan for a fix waits for approval by a maintainer.'],
  ['A fix was merged.'],
  ['Storm of alerts from ', ': fixing is paused'],
  ['is changed by another open fix'],
  ['a webhook was refused'],
  ['ignored: no source ', ' is configured'],
  [' asks for nothing'],
  ['No repository is configured for its project'],
  ['Only what its hook said is known: '],
  ['Only recorded: '],
  ['Paused: more than '],
  ['It belongs to an incident that is being seen to.'],
  ['It belongs to an incident that people have closed.'],
  [', in a release that does not have it yet.'],
  ['nobody could be told'],
];

/** What is between the quotes behind a variable, as a shell is given it. */
function shown(variable: string): string {
  return new RegExp(`^ *${variable}='([^']+)'`, 'm').exec(guide)?.[1] ?? '';
}

test('what the guide says people find is in the code word for word', async () => {
  const paths = (await readdir(join(ROOT, 'app'), { recursive: true })).filter((path) => path.endsWith('.ts'));
  const code = paths.map((path) => read(join('app', path))).join('\n');
  expect(SAID.flat().filter((part) => !guide.includes(part.trim()))).toEqual([]);
  expect(SAID.flat().filter((part) => !code.includes(part))).toEqual([]);
});

test('the source that the guide shows is taken, and its table has each field there is', () => {
  const [source, ...others] = AlertSources.parse(shown('ALERT_SOURCES')).values();
  expect(others).toEqual([]);
  const table = guide.slice(guide.indexOf('| field | default | meaning |'), guide.indexOf('| variable | read by |'));
  const fields = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.replace(/ of a project$/, '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );
  expect(fields.filter((name) => name !== 'paths').toSorted()).toEqual(Object.keys(source ?? {}).toSorted());
  for (const [name, value] of Object.entries({ act: source?.act, resolve: source?.resolve, tenant: source?.tenant }))
    expect(table).toContain(`| \`${name}\` | \`${value}\` |`);
  expect(table).toContain(JSON.stringify(source?.storm).replaceAll(/([:,])/g, '$1 '));
});

test('the channels that the guide shows are reached', () => {
  const channels = NoticeChannels.parse(shown('ALERT_CHANNELS'));
  const secrets = ChannelSecrets.parse(shown('ALERT_CHANNEL_SECRETS'));
  expect(reachableChannels({ channels, secrets, sources: [] }).map(({ kind }) => kind)).toEqual([
    'slack',
    'teams',
    'email',
  ]);
});

test('the configuration that the guide shows is a repository’s, and its variables are there', () => {
  const shownYaml = /^```yaml\n([\s\S]*?)^```$/m.exec(guide)?.[1] ?? '';
  const parsed = parseYaml(shownYaml);
  expect(RepositoryConfig.parse(parsed.kind === 'faulty' ? {} : parsed.value).approval.alerts).toBe('plan');
  const variables = new Set(guide.match(/\b(?:ALERT|QUOTA)_[A-Z_]+\b/g));
  expect(variables.size).toBeGreaterThan(5);
  const known = read('docs/configuration.md');
  expect([...variables].filter((name) => !known.includes(`| \`${name}\` |`))).toEqual([]);
});

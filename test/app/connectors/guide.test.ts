import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConnectorPlaces } from '#core/contracts/connectors.ts';
import { openConnectorReader } from '../../../app/compose-connectors.ts';
import { CONNECTORS } from '../../../app/connectors/registry.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const guide = read('docs/guides/connectors.md');
const withoutIndent = (text: string): string => text.replaceAll(/^ +/gm, '').trim();

test('what the guide quotes is in the code word for word', () => {
  const quotes = [...guide.matchAll(/^ *```ts\n([\s\S]*?)^ *```$/gm)].map(([, text = '']) => withoutIndent(text));
  const code = ['app/connectors/plugins/teams.ts', 'app/connectors/registry.ts']
    .map(read)
    .map(withoutIndent)
    .join('\n');
  expect(quotes).toHaveLength(2);
  expect(quotes.filter((quote) => !code.includes(quote))).toEqual([]);
});

test('the configuration that the guide shows is taken, and has each connector there is', async () => {
  const shown = /CONNECTORS='(\[[\s\S]*?\])'/.exec(guide)?.[1] ?? '';
  const places = ConnectorPlaces.parse(shown);
  const { connectorPlaces } = await openConnectorReader(places, 'astraforge');
  expect([...connectorPlaces.values()].map(({ name }) => name).toSorted()).toEqual([...CONNECTORS.keys()].toSorted());
  for (const { id } of places.values()) expect(guide).toContain(`/webhooks/connector/${id}`);
});

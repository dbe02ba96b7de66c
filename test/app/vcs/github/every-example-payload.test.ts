import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { translate } from '../../../../app/vcs/github/translate.ts';

const Examples = z.array(
  z
    .object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) })
    .transform(({ name, examples }) => examples.map((payload) => ({ event: name, payload }))),
);

/** Every payload that octokit/webhooks publishes, of github.com and of each Enterprise Server version. */
function allExamples() {
  const root = path.dirname(createRequire(import.meta.url).resolve('@octokit/webhooks-examples/package.json'));
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => {
    const text = readFileSync(path.join(root, name, 'index.json'), 'utf8');
    return Examples.parse(JSON.parse(text)).flat();
  });
}

const ACTED_ON = new Map([
  ['issue_comment.created', 'said'],
  ['issues.opened', 'said'],
  ['pull_request_review_comment.created', 'said'],
  ['pull_request.opened', 'said'],
  ['issues.closed', 'thread'],
  ['pull_request.closed', 'thread'],
]);

function tally(change: (payload: Record<string, unknown>) => Record<string, unknown>) {
  const counts = { said: 0, thread: 0, ignored: 0, wrong: [] as string[] };
  for (const { event, payload } of allExamples()) {
    const changed = change(payload);
    const { kind } = translate({ event, body: Buffer.from(JSON.stringify(changed)) });
    const key = `${event}.${String(payload['action'])}`;
    const expected = changed['installation'] === undefined ? 'ignored' : (ACTED_ON.get(key) ?? 'ignored');
    if (kind === 'said' || kind === 'thread' || kind === 'ignored') counts[kind] += 1;
    if (kind !== expected) counts.wrong.push(`${key}: ${kind}`);
  }
  return counts;
}

test('no published payload breaks the translation, as it is', () => {
  const { said, thread, ignored, wrong } = tally((payload) => payload);
  expect(wrong).toEqual([]);
  expect(said).toBeGreaterThan(10);
  expect(thread).toBeGreaterThan(2);
  expect(ignored).toBeGreaterThan(600);
});

test('no published payload breaks the translation when it comes from an installation', () => {
  const { said, thread, wrong } = tally((payload) => ({ ...payload, installation: { id: 1 } }));
  expect(wrong).toEqual([]);
  expect(said).toBeGreaterThan(30);
  expect(thread).toBeGreaterThan(2);
});

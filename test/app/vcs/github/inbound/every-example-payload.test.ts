import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { InboundEvent } from '#core/domain/host/inbound.ts';
import { createTranslator } from '../../../../../app/vcs/github/inbound/translate.ts';

/** The App that most published check suites belong to. */
const APP_OF_EXAMPLES = 29_310;

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

const ACTED_ON: ReadonlyMap<string, InboundEvent['kind']> = new Map([
  ['issue_comment.created', 'said'],
  ['issue_comment.edited', 'unsaid'],
  ['issue_comment.deleted', 'unsaid'],
  ['issues.opened', 'said'],
  ['issues.closed', 'thread'],
  ['issues.deleted', 'thread'],
  ['issues.transferred', 'thread'],
  ['issues.reopened', 'thread'],
  ['issues.labeled', 'marked'],
  ['issues.assigned', 'marked'],
  ['pull_request_review_comment.created', 'said'],
  ['pull_request_review_comment.edited', 'unsaid'],
  ['pull_request_review_comment.deleted', 'unsaid'],
  ['pull_request_review.submitted', 'said'],
  ['pull_request.opened', 'said'],
  ['pull_request.ready_for_review', 'offered'],
  ['pull_request.synchronize', 'offered'],
  ['pull_request.closed', 'thread'],
  ['pull_request.reopened', 'thread'],
  ['pull_request.labeled', 'marked'],
  ['pull_request.assigned', 'marked'],
  ['check_suite.rerequested', 'pressed'],
  ['delete.', 'branch-deleted'],
  ['push.', 'pushed'],
  ['repository.renamed', 'moved'],
  ['repository.transferred', 'moved'],
  ['installation.created', 'access'],
  ['installation.unsuspend', 'access'],
  ['installation.suspend', 'access'],
  ['installation.deleted', 'access'],
  ['installation_repositories.added', 'access'],
  ['installation_repositories.removed', 'access'],
]);

type Payload = Readonly<Record<string, unknown>>;

const Fields = z.looseObject({
  ref: z.string().optional(),
  ref_type: z.string().optional(),
  deleted: z.boolean().optional(),
  changes: z.looseObject({ old_issue: z.unknown().optional() }).optional(),
  check_suite: z.object({ app: z.object({ id: z.number() }) }).optional(),
});

function expected(key: string, payload: Payload): string {
  const { ref, ref_type, deleted, changes, check_suite: suite } = Fields.parse(payload);
  const isTag = ref?.startsWith('refs/tags/') || ref_type === 'tag';
  const isMoved = key === 'issues.opened' && changes?.old_issue !== undefined;
  if (payload['installation'] === undefined || isTag || deleted || isMoved) return 'ignored';
  if (suite !== undefined && suite.app.id !== APP_OF_EXAMPLES) return 'ignored';
  return ACTED_ON.get(key) ?? 'ignored';
}

function tally(change: (payload: Payload) => Payload) {
  const counts = new Map<string, number>();
  const wrong: string[] = [];
  const translate = createTranslator({ appId: APP_OF_EXAMPLES });
  for (const { event, payload } of allExamples()) {
    const changed = change(payload);
    const { kind } = translate({ event, body: Buffer.from(JSON.stringify(changed)) });
    const { action = '' } = payload;
    const key = `${event}.${String(action)}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (kind !== expected(key, changed)) wrong.push(`${key}: ${kind}`);
  }
  return { counts, wrong };
}

test('no published payload breaks the translation, as it is', () => {
  const { counts, wrong } = tally((payload) => payload);
  expect(wrong).toEqual([]);
  expect(counts.get('said')).toBeGreaterThan(20);
  expect(counts.get('ignored')).toBeGreaterThan(500);
});

test('no published payload breaks the translation when it comes from an installation', () => {
  const { counts, wrong } = tally((payload) => ({ installation: { id: 1 }, ...payload }));
  expect(wrong).toEqual([]);
  // Every `delete` that GitHub publishes is of a tag.
  expect([...new Set(ACTED_ON.values())].filter((kind) => !counts.has(kind))).toEqual(['branch-deleted']);
  expect(counts.get('said')).toBeGreaterThan(40);
});

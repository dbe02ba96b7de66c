import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECK_TEXT_BYTES_MAX, projectCheck } from '#core/domain/change/check.ts';
import { projectComment } from '#core/domain/request/comment.ts';
import { commitMessage, projectProposal, titleOf, unfinishedMessage } from '#core/domain/run/proposal.ts';
import type { Run, RunStatus } from '#core/domain/run/run.ts';
import { utf8Bytes, wellFormed } from '#core/domain/text/text-limit.ts';
import { aRequest, aRun } from '../samples.ts';

const now = '2026-01-01T00:02:05.000Z';
const startedAt = '2026-01-01T00:00:00.000Z';
const change = { number: 8, url: 'https://github.test/acme/tools/pull/8' };
const check = (run: Run, lines: readonly string[] = []) =>
  projectCheck(aRequest(), run, { log: { head: lines, tail: [], omitted: 0 }, now });

describe('a check run ends exactly when its run does', () => {
  const ends: readonly [RunStatus, string, string | undefined][] = [
    ['queued', 'queued', undefined],
    ['provisioning', 'in_progress', undefined],
    ['running', 'in_progress', undefined],
    ['publishing', 'in_progress', undefined],
    ['succeeded', 'completed', 'success'],
    ['unchanged', 'completed', 'neutral'],
    ['failed', 'completed', 'failure'],
    ['timed_out', 'completed', 'timed_out'],
    ['cancelled', 'completed', 'cancelled'],
  ];
  it.each(ends)('%s', (status, checkStatus, conclusion) => {
    const view = check(aRun({ status, startedAt, finishedAt: now }));
    expect([view.status, view.conclusion]).toEqual([checkStatus, conclusion]);
    expect(view.completedAt === undefined).toBe(conclusion === undefined);
  });
});

it('a failed run shows why in title, summary and comment', () => {
  const run = aRun({ status: 'failed', failure: { code: 'agent', message: 'The model refused.\nDetails' } });
  expect(check(run).title).toBe('Failed: The model refused.');
  expect(check(run).summary).toContain('The model refused.');
  expect(projectComment(aRequest(), run, { checkUrl: 'u', now })).toContain('> The model refused.');
});

it('whatever the log and the answer hold, a check stays within the limits and valid UTF-8', () => {
  const hostile = fc.constantFrom(
    '`'.repeat(70_000),
    '\uD800',
    '€'.repeat(40_000),
    'x\n'.repeat(40_000),
    '😀'.repeat(30_000),
    '```',
  );
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 4 }), hostile, (lines, finalMessage) => {
      const view = check(aRun({ status: 'unchanged', finalMessage, startedAt }), lines);
      for (const text of [view.title, view.summary, view.text]) {
        expect(utf8Bytes(text)).toBeLessThanOrEqual(CHECK_TEXT_BYTES_MAX);
        expect(wellFormed(text)).toBe(text);
      }
    }),
    { numRuns: 60 },
  );
});

it('the progress comment carries its marker, the outcome and the pull request', () => {
  const run = aRun({ status: 'succeeded', change, finalMessage: 'Thanks @bob', startedAt, finishedAt: now });
  const body = projectComment(aRequest(), run, { checkUrl: 'https://check.test', now });
  expect(body.startsWith('<!-- astraforge:comment:11111111-1111-4111-8111-111111111111 -->')).toBe(true);
  expect(body).toContain('Opened pull request #8');
  expect(body).toContain(change.url);
  expect(body).toContain('@\u200Bbob');
  expect(body).toContain('2 min 05 s');
});

it('the pull request says what was asked, done, checked and spent, and where the log is', () => {
  const usage = { inputTokens: 12_000, cachedInputTokens: 4_000, outputTokens: 345, reasoningTokens: 20 };
  const commands = [
    { command: 'npm test | tee `log`', exitCode: 0 },
    { command: 'sleep 99', exitCode: null },
  ];
  const run = aRun({ usage, commands, finalMessage: 'Rounded once.', startedAt, provisioner: 'docker' });
  const { title, body } = projectProposal(aRequest(), run, { runUrl: 'https://check.test', now });
  expect(title).toBe('Fix the failing test');
  for (const part of [
    '> fix the failing test',
    'Closes #5.',
    '@ada',
    'Rounded once.',
    "`npm test \\| tee 'log'` | 0",
    'not finished',
    '12,345 tokens',
    'https://check.test',
  ])
    expect(body).toContain(part);
});

it('titles follow the contract: first line if it says enough, at most 72 characters', () => {
  expect(titleOf('fix it\nplease')).toBe('Fix it please');
  expect(titleOf('Make the parser faster\nbecause it is slow')).toBe('Make the parser faster');
  expect(titleOf('x'.repeat(100))).toHaveLength(72);
  expect(titleOf('   ')).toBe('Requested change');
});

it('a commit names the request and who asked for it', () => {
  expect(commitMessage(aRequest())).toBe(
    'Fix the failing test\n\nRequest: 11111111-1111-4111-8111-111111111111\nRequested-by: ada\n',
  );
});

it('what a workspace was not let reach is one line of comment and check, with how to allow it', () => {
  const blocked = { 'registry.example': 3, 'once.example': 1 };
  const run = aRun({ status: 'running', blocked });
  const line =
    "blocked: `registry.example` (3 times), `once.example` (once); add hosts to `egress:` in the repository's configuration file to allow them";
  for (const text of [projectComment(aRequest(), run, { checkUrl: 'u', now }), check(run).summary])
    expect(text.split('\n')).toContain(line);
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`h${at}.example`, at + 2]));
  const long = projectComment(aRequest(), aRun({ blocked: many }), { checkUrl: 'u', now });
  expect(long).toContain('`h59.example` (61 times), `h58.example`');
  expect(long).toContain('`h50.example` (52 times), 50 more; add');
});

it('kept work is named in comment and check, and nothing is when there is none', () => {
  const run = aRun({ status: 'timed_out', savedBranch: 'astraforge/x-wip' });
  const line = 'Work in progress was kept in branch `astraforge/x-wip`.';
  for (const text of [projectComment(aRequest(), run, { checkUrl: 'u', now }), check(run).summary])
    expect(text.split('\n')).toContain(line);
  expect(check(aRun({ status: 'timed_out' })).summary).not.toMatch(/Work in progress|blocked/);
});

it('dollars are shown where the price is known, in pull request, comment and check', () => {
  const usage = { inputTokens: 12_000, cachedInputTokens: 4_000, outputTokens: 345, reasoningTokens: 20 };
  const shown = (costUsd: number | null) => {
    const run = aRun({ usage, costUsd, startedAt, provisioner: 'docker' });
    const { body } = projectProposal(aRequest(), run, { runUrl: 'u', now });
    return [body, projectComment(aRequest(), run, { checkUrl: 'u', now }), check(run).summary];
  };
  for (const text of shown(0.123)) expect(text).toContain('345 out), $0.12');
  for (const text of shown(0.001)) expect(text).toContain('345 out), less than $0.01');
  for (const text of shown(null)) expect(text).not.toContain('$');
});

it('a commit of unfinished work says so and why', () => {
  expect(unfinishedMessage(aRequest(), 'Stopped for @ada\nDetails')).toBe(
    'Unfinished: Fix the failing test\n\nThe run ended before the work was done, and nobody has checked this: Stopped for @\u200Bada\n\nRequest: 11111111-1111-4111-8111-111111111111\nRequested-by: ada\n',
  );
});

it('no text of a stranger can be so long that the end of a comment or pull request is cut off', () => {
  const long = '@a ! [<!-- \n'.repeat(20_000);
  const failure = { code: 'x', message: long };
  const run = aRun({ status: 'failed', finalMessage: long, failure, savedBranch: 'b', startedAt, finishedAt: now });
  expect(projectComment(aRequest(), run, { checkUrl: 'u', now })).toMatch(/<\/sub>$/);
  const { body } = projectProposal(aRequest({ prompt: long }), run, { runUrl: 'https://check.test', now });
  expect(body).toMatch(/\(https:\/\/check\.test\)$/);
  expect(utf8Bytes(body)).toBeLessThan(60_000);
});

describe('on GitLab', () => {
  const request = aRequest({
    repo: { provider: 'gitlab', installationId: 0, id: 42, owner: 'team/tools', name: 'app' },
  });
  const merge = { number: 3, url: 'https://gitlab.test/team/tools/app/-/merge_requests/3' };
  const log = { head: ['$ node --test'], tail: ['✓ Run completed'], omitted: 7 };

  it('the progress note holds the ends of the log, whole even when the answer is cut', () => {
    const run = aRun({ status: 'succeeded', change: merge, finalMessage: 'x'.repeat(100_000) });
    const body = projectComment(request, run, { checkUrl: 'u', now, log, diff: '```text\n+done\n```' });
    expect(body).toContain('**Opened merge request !3**');
    expect(body).toContain('<summary>Diff</summary>\n\n```text\n+done\n```\n\n</details>');
    expect(body).toMatch(/```text\n\$ node --test\n… 7 lines omitted …\n✓ Run completed\n```\n\n<\/details>$/);
  });

  it('a commit names who asked, without an address that GitHub would link to somebody', () => {
    expect(commitMessage(request)).toMatch(/\nRequested-by: ada\n$/);
  });

  it('a change closes its issue, and one that came from a merge request names that', () => {
    const body = (kind: 'issue' | 'pull') =>
      projectProposal({ ...request, thread: { kind, number: 5, title: '', body: '' } }, aRun(), { runUrl: 'u', now })
        .body;
    expect(body('issue')).toContain('Closes #5.');
    expect(body('pull')).toContain('For !5.');
    const caller = { id: -3, login: 'ada [link](x)', bot: false };
    const ofApi = { ...request, thread: null, trigger: null, requester: caller };
    const said = projectProposal(ofApi, aRun(), { runUrl: 'u', now }).body;
    expect(said).toContain('\n\nRequested by ada  link  x  (REST API).');
  });

  it('what waits for approval tells where the diff is and that an emoji approves', () => {
    const awaiting = { subject: 'publish' as const, digest: 'a', policyVersion: 'b' };
    const body = projectComment(request, aRun({ status: 'awaiting_approval', awaiting }), { checkUrl: 'u', now });
    expect(body).toContain('Nothing was pushed yet. The diff is below.');
    expect(body).toContain('or 👍 on this comment');
  });
});

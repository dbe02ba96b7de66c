import { describe, expect, it } from 'vitest';
import { projectComment } from '#core/domain/request/comment.ts';
import { projectProposal } from '#core/domain/run/proposal.ts';
import { runPage, runPageLine } from '#core/domain/run/run-page.ts';
import { aRequest, aRun } from '../samples.ts';

const now = '2026-01-01T00:02:05.000Z';
const pageUrl = 'https://forge.example.test/base/runs/1';
const LINE = `\n\n[This run on the dashboard](${pageUrl})`;

it('a run’s page is below the address under which people reach us', () => {
  expect(runPage('https://forge.example.test', '7')).toBe('https://forge.example.test/runs/7');
  expect(runPage('http://forge.lan:3000/base', '7')).toBe('http://forge.lan:3000/base/runs/7');
  expect(runPage('https://localhost.example.test', '7')).toBe('https://localhost.example.test/runs/7');
  expect(runPage('https://127.example.test', '7')).toBe('https://127.example.test/runs/7');
});

it.each([
  undefined,
  'http://localhost:3000',
  'https://LOCALHOST',
  'http://forge.localhost:3000/base',
  'http://127.0.0.1:3000',
  'http://127.1.2.3',
  'http://[::1]:3000',
  'http://0.0.0.0:3000',
])('%s leads nobody but ourselves to us, so there is no page to name', (publicUrl) => {
  expect(runPage(publicUrl, '7')).toBeUndefined();
});

describe('comment and change', () => {
  const long = 'x'.repeat(200_000);
  const run = aRun({ status: 'succeeded', finalMessage: long, finishedAt: now });
  const log = { head: ['$ node --test'], tail: [], omitted: 0 };
  const gitlab = aRequest({
    repo: { provider: 'gitlab', installationId: 0, id: 42, owner: 'team/tools', name: 'app' },
  });

  it('end with one line that leads to the page, however long they are', () => {
    expect(projectComment(aRequest(), run, { checkUrl: 'u', pageUrl, now }).endsWith(`</sub>${LINE}`)).toBe(true);
    expect(projectComment(gitlab, run, { checkUrl: 'u', pageUrl, now, log }).endsWith(`</details>${LINE}`)).toBe(true);
    const proposal = projectProposal(aRequest({ prompt: long }), run, { runUrl: 'u', pageUrl, now });
    expect(proposal.body.endsWith(`[The run and its log](u)${LINE}`)).toBe(true);
  });

  it('are the same without it but for that line', () => {
    const comment = (page?: string) => projectComment(aRequest(), run, { checkUrl: 'u', pageUrl: page, now });
    const change = (page?: string) => projectProposal(aRequest(), run, { runUrl: 'u', pageUrl: page, now }).body;
    for (const text of [comment, change]) expect(text(pageUrl)).toBe(`${text()}${LINE}`);
    expect(runPageLine(undefined)).toBe('');
  });
});

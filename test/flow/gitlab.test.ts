import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IssueRecord, MergeRequestRecord, NoteRecord } from '../fakes/gitlab/records.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { describeWith } from '../services/describe-with.ts';
import { answer, askOnIssue, openGitLabFlow, ourNotes, progressNote, say, type GitLabFlow } from './gitlab-world.ts';

describeWith(['codex', 'confinement'], 'GitLab as the only host', () => {
  let flow: GitLabFlow;
  let issue: IssueRecord;
  let asked: NoteRecord;
  let note: NoteRecord;
  let merge: MergeRequestRecord;

  beforeAll(async () => {
    flow = await openGitLabFlow({ scenario: [fixFailingTest] });
    ({ issue, note: asked } = await askOnIssue(flow, '@astraforge fix the failing test'));
    note = await progressNote(flow, issue, /Opened merge request !1/);
    merge = flow.gitlab.pull(flow.repository, 1);
  }, 180_000);
  afterAll(async () => {
    flow.gitlab.assertNoViolations();
    await flow[Symbol.asyncDispose]();
  });

  it('a note becomes one merge request whose diff makes the failing test pass', async () => {
    expect(flow.gitlab.pulls(flow.repository)).toHaveLength(1);
    expect(merge).toMatchObject({ title: 'Fix the failing test', targetBranch: 'main' });
    expect(merge.body).toContain(`Closes #${issue.number}. Requested by @ada.`);
    expect(merge.body).toContain(`#note_${note.id})`);
    expect(await testsPass('main')).toBe(false);
    expect(await testsPass(merge.sourceBranch)).toBe(true);
  });

  it('the commit names who asked without an address of another host', () => {
    const show = ['log', '-1', '--format=%B', merge.sourceBranch];
    const message = execFileSync('git', ['--git-dir', flow.repository.directory, ...show], { encoding: 'utf8' });
    expect(message).toMatch(/\nRequested-by: ada\n/);
  });

  it('one progress note is edited in place and holds the log; eyes are on the note that asked', () => {
    expect(ourNotes(flow, issue)).toEqual([note]);
    expect(note.updatedAt).toBeGreaterThan(note.createdAt);
    for (const part of ['<summary>Log</summary>', '$ node --test', '✓ Run completed'])
      expect(note.body).toContain(part);
    const reactions = flow.gitlab.reactions(flow.repository, { comment: asked.id });
    expect(reactions.map(({ content, user }) => [content, user.id])).toEqual([['eyes', flow.gitlab.bot.id]]);
  });

  it('the commit the work began from has a status that says how it ended', async () => {
    const sha = (await flow.gitlab.branches(flow.repository)).get('main');
    const status = flow.gitlab.statuses(flow.repository, sha).at(-1);
    expect(status).toMatchObject({ name: 'astraforge', state: 'success', description: 'Opened merge request !1' });
  });

  it('a person who may not write is refused, once', async () => {
    const { issue: other } = await askOnIssue(flow, '@astraforge add more', 'rita');
    await answer(flow, other, /`triage`/);
    await say(flow, other, { by: 'rita', body: '@astraforge add more' });
    await say(flow, other, { by: 'ada', body: '@astraforge status' });
    await answer(flow, other, /no request in this thread/);
    expect(ourNotes(flow, other).filter(({ body }) => body.includes('`triage`'))).toHaveLength(1);
  });

  it('merging the merge request ends the request', async () => {
    await flow.gitlab.mergePullRequest({ repository: flow.repository, by: 'mona', number: merge.number });
    expect((await progressNote(flow, issue, /The change was merged/)).id).toBe(note.id);
  });

  async function testsPass(branch: string): Promise<boolean> {
    const directory = await mkdtemp(path.join(tmpdir(), 'checkout-'));
    try {
      execFileSync('git', ['clone', '--quiet', '--branch', branch, flow.repository.directory, directory]);
      execFileSync(process.execPath, ['--test'], { cwd: directory, stdio: 'pipe' });
      return true;
    } catch {
      return false;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
});

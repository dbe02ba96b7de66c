import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import * as scene from './gitlab-review-scene.ts';
import { openPeopledFlow, progressNote } from './gitlab-talk.ts';
import type { GitLabFlow } from './gitlab-world.ts';
import { finding, reviewer } from './review-scene.ts';

const CONFIG = '.gitlab/astraforge.yml';
const CAP = 'export function cap(ms) {\n  return Math.max(ms, 1000);\n}\n';

describeWith(['codex', 'confinement'], 'reviews of merge requests', () => {
  let flow: GitLabFlow;
  beforeAll(async () => {
    const files = { [CONFIG]: 'review: {fail_on: major}\n', 'notes.txt': 'one\ntwo\nthree\n' };
    flow = await openPeopledFlow({ scenario: [], files });
  }, 120_000);
  afterAll(async () => {
    flow.gitlab.assertNoViolations();
    if (flow.model.unexpected.length > 0) throw new Error(flow.model.unexpected.join('\n'));
    await flow[Symbol.asyncDispose]();
  });

  const push = (branch: string, files: Readonly<Record<string, string | null>>): Promise<string> =>
    flow.gitlab.commit({ repository: flow.repository, branch, files, by: 'ada' });
  const open = async (head: string): Promise<number> =>
    (await flow.gitlab.openPullRequest({ repository: flow.repository, by: 'ada', title: head, head })).issue.number;

  const capFinding = finding({
    path: 'src/cap.js',
    start_line: 1,
    line: 2,
    severity: 'major',
    title: 'It raises instead of capping',
    suggestion: 'export function cap(ms) {\n  return Math.min(ms, 1000);\n',
  });
  const notesFinding = finding({
    path: 'notes.txt',
    side: 'left',
    line: 2,
    severity: 'minor',
    title: 'This line is still needed, @rita',
  });

  it('findings are comments on their lines with a suggestion, the rest is in the summary, and the check says the verdict', async () => {
    const sha = await push('cap', { 'src/cap.js': CAP, 'notes.txt': 'one\nthree\n' });
    const number = await open('cap');
    const elsewhere = finding({ path: 'README.md', line: 1, severity: 'minor', title: 'The guide says nothing of it' });
    flow.model.use(reviewer(notesFinding, elsewhere, capFinding));
    await scene.askForReview(flow, number);
    const [verdict] = await scene.verdictsOn(flow, sha);
    expect(scene.onLines(flow, number)).toEqual([
      ['src/cap.js', 'RIGHT', 1, 2, '**Major:** It raises instead of capping', false],
      ['notes.txt', 'LEFT', 2, 2, '**Minor:** This line is still needed, @\u200Brita', false],
    ]);
    const offered = 'export function cap(ms) {\n  return Math.min(ms, 1000);';
    expect(scene.remarks(flow, number)[0]?.body).toContain(`\`\`\`suggestion:-1+0\n${offered}\n\`\`\``);
    const [summary] = scene.summaries(flow, number);
    for (const part of ['3 new findings (1 major, 2 minor)', '> It caps durations.', 'The guide says nothing of it'])
      expect(summary).toContain(part);
    expect(verdict?.conclusion).toBe('failure');
    expect(verdict?.title).toMatch(/^Reviewed: Findings that stand: 1 major\./);
    await scene.toldReview(flow, number);
    expect(await flow.gitlab.fileAt(flow.repository, 'cap', 'scribble.txt')).toBeUndefined();
  });

  it('after a push nothing is told twice, what was mended is resolved, and only what is major is news', async () => {
    const number = 1;
    const mended = `// In milliseconds.\n${CAP.replace('max', 'min')}export const cap2 = cap;\n`;
    const sha = await push('cap', { 'src/cap.js': mended });
    flow.model.use(
      reviewer(
        { ...notesFinding, title: 'In other words: the line is needed' },
        finding({ path: 'src/cap.js', line: 5, severity: 'major', title: 'A second name for it' }),
        finding({ path: 'src/cap.js', line: 1, severity: 'minor', title: 'Say more' }),
      ),
    );
    await scene.askForReview(flow, number);
    const [verdict] = await scene.verdictsOn(flow, sha);
    expect(scene.onLines(flow, number).map(([path, , , line, , resolved]) => [path, line, resolved])).toEqual([
      ['src/cap.js', 2, true],
      ['notes.txt', 2, false],
      ['src/cap.js', 5, false],
    ]);
    const body = scene.summaries(flow, number).at(-1);
    expect(body).toContain('1 new finding (1 major), 1 known and still open, 1 discussion resolved');
    expect(body).toContain('1 finding below major: such are told in the first round only.');
    expect(verdict?.conclusion).toBe('failure');
  });

  it('a review that finds nothing new posts no review, and its check is green once people have settled the rest', async () => {
    const { gitlab, repository } = flow;
    const number = 1;
    for (const { id } of scene.remarks(flow, number)) gitlab.resolveThread({ repository, by: 'ada', commentId: id });
    const before = scene.summaries(flow, number).length;
    flow.model.use(reviewer(notesFinding));
    await scene.askForReview(flow, number);
    const sha = gitlab.pull(repository, number).versions.at(-1)?.headSha ?? '';
    expect((await scene.verdictsOn(flow, sha, 2)).at(-1)?.conclusion).toBe('success');
    expect(scene.summaries(flow, number)).toHaveLength(before);
  });

  it('a review that the host cut off while it was posted ends as it began: nothing twice, nothing left out', async () => {
    const sha = await push('torn', { 'src/cap.js': CAP, 'notes.txt': 'one\nthree\n' });
    const number = await open('torn');
    flow.model.use(reviewer(notesFinding, capFinding));
    const torn = flow.gitlab.fault({ match: { method: 'POST', path: /bulk_publish$/ }, when: 'after', status: 502 });
    await scene.askForReview(flow, number);
    await scene.verdictsOn(flow, sha);
    expect(torn.fired).toBe(1);
    expect(scene.onLines(flow, number).map(([path]) => path)).toEqual(['src/cap.js', 'notes.txt']);
    expect(scene.summaries(flow, number)).toHaveLength(1);
    expect(scene.summaries(flow, number)[0]).toContain('2 new findings (1 major, 1 minor)');
  });

  it('a merge request from a fork is reviewed as any other', async () => {
    const { gitlab, repository } = flow;
    const fork = await gitlab.forkRepository({ repository, owner: 'mallory' });
    const files = { 'src/cap.js': CAP };
    await gitlab.commit({ repository: fork, branch: 'theirs', files, by: 'mallory' });
    const { issue } = await gitlab.openPullRequest({ repository, by: 'mallory', title: 'Mine', head: 'theirs', fork });
    flow.model.use(reviewer(capFinding));
    await scene.askForReview(flow, issue.number);
    // GitLab takes no commit status of a commit that no branch of the project has, so the note alone tells the verdict.
    expect((await scene.toldReview(flow, issue.number)).body).toContain('Findings that stand: 1 major.');
    expect(scene.onLines(flow, issue.number).map((one) => one.slice(0, 4))).toEqual([['src/cap.js', 'RIGHT', 1, 2]]);
  });

  it('what the configuration leaves out is not reviewed, and costs no model call', async () => {
    await push('main', { [CONFIG]: 'review: {paths: {deny: [src/]}}\n' });
    const sha = await push('left-out', { 'src/cap.js': CAP });
    const number = await open('left-out');
    const asked = flow.model.requests.length;
    await scene.askForReview(flow, number);
    expect(await scene.verdictsOn(flow, sha)).toMatchObject([{ conclusion: 'success' }]);
    await progressNote(flow, scene.changeNumbered(number), /`review.paths` leaves out every file that it changes\./);
    expect(flow.model.requests.length).toBe(asked);
  });
});

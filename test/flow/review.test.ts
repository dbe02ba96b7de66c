import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoFiles } from '../fakes/demo-files.ts';
import { describeWith } from '../services/describe-with.ts';
import { finding, onLines, reviewed, reviewer } from './review-scene.ts';
import { openWorld, until, type World } from './world.ts';

const CONFIG = '.github/astraforge.yml';
const CAP = 'export function cap(ms) {\n  return Math.max(ms, 1000);\n}\n';

describeWith(['codex', 'confinement'], 'reviews of pull requests', () => {
  let world: World;
  beforeAll(async () => {
    const files = { ...(await demoFiles()), [CONFIG]: 'review: {fail_on: major}\n', 'notes.txt': 'one\ntwo\nthree\n' };
    world = await openWorld({ files, env: { PROVISIONER: 'local' } });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    if (world.model.unexpected.length > 0) throw new Error(world.model.unexpected.join('\n'));
    await world[Symbol.asyncDispose]();
  });

  const push = (branch: string, files: Readonly<Record<string, string | null>>): Promise<string> =>
    world.github.commit({ repository: world.repository, branch, files, by: 'ada' });
  const review = async (number: number): Promise<void> => {
    await world.github.comment({ repository: world.repository, by: 'ada', number, body: '@astraforge review' });
  };
  const progress = (number: number): readonly string[] =>
    world.github.comments(world.repository, number).flatMap(({ viaApp, body }) => (viaApp ? [body] : []));

  const capFinding = finding({
    path: 'src/cap.js',
    line: 2,
    severity: 'major',
    title: 'It raises instead of capping',
    suggestion: '  return Math.min(ms, 1000);\n',
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
    const { github, repository } = world;
    const { issue } = await github.openPullRequest({ repository, by: 'ada', title: 'Cap durations', head: 'cap' });
    const elsewhere = finding({ path: 'README.md', line: 1, severity: 'minor', title: 'The guide says nothing of it' });
    world.model.use(reviewer(notesFinding, elsewhere, capFinding));
    await review(issue.number);
    const [check] = await reviewed(world, sha);
    expect(onLines(world, issue.number)).toEqual([
      ['src/cap.js', 'RIGHT', 2, 2, '**Major:** It raises instead of capping', false],
      ['notes.txt', 'LEFT', 2, 2, '**Minor:** This line is still needed, @\u200Brita', false],
    ]);
    const [first] = github.reviewComments(repository, issue.number);
    expect(first?.body).toContain('```suggestion\n  return Math.min(ms, 1000);\n```');
    const [posted] = github.issue(repository, issue.number).reviews;
    expect(posted?.state).toBe('commented');
    for (const part of ['3 new findings (1 major, 2 minor)', '> It caps durations.', 'The guide says nothing of it'])
      expect(posted?.body).toContain(part);
    expect(check).toMatchObject({ conclusion: 'failure' });
    expect(check?.output.title).toMatch(/^Reviewed: Findings that stand: 1 major\./);
    await until('the comment to tell', () => progress(issue.number).some((body) => body.includes('**Reviewed**')));
    expect(await github.fileAt(repository, 'cap', 'scribble.txt')).toBeUndefined();
  });

  it('after a push nothing is told twice, what was mended is resolved, and only what is major is news', async () => {
    const { github, repository } = world;
    const [issue] = github.pulls(repository);
    const number = issue?.number ?? 0;
    const mended = `// In milliseconds.\n${CAP.replace('max', 'min')}export const cap2 = cap;\n`;
    const sha = await push('cap', { 'src/cap.js': mended });
    world.model.use(
      reviewer(
        { ...notesFinding, title: 'In other words: the line is needed' },
        finding({ path: 'src/cap.js', line: 5, severity: 'major', title: 'A second name for it' }),
        finding({ path: 'src/cap.js', line: 1, severity: 'minor', title: 'Say more' }),
      ),
    );
    await review(number);
    const [check] = await reviewed(world, sha);
    expect(onLines(world, number).map(([path, , , line, , resolved]) => [path, line, resolved])).toEqual([
      ['src/cap.js', 2, true],
      ['notes.txt', 2, false],
      ['src/cap.js', 5, false],
    ]);
    const body = github.issue(repository, number).reviews.at(-1)?.body ?? '';
    expect(body).toContain('1 new finding (1 major), 1 known and still open, 1 discussion resolved');
    expect(body).toContain('1 finding below major: such are told in the first round only.');
    expect(check?.conclusion).toBe('failure');
  });

  it('a review that finds nothing new posts no review, and its check is green once people have settled the rest', async () => {
    const { github, repository } = world;
    const [issue] = github.pulls(repository);
    const number = issue?.number ?? 0;
    for (const one of github.reviewComments(repository, number)) one.resolved = true;
    const reviews = github.issue(repository, number).reviews.length;
    world.model.use(reviewer(notesFinding));
    await review(number);
    const checks = await reviewed(world, issue?.pull.headSha ?? '', 2);
    expect(checks.at(-1)?.conclusion).toBe('success');
    expect(github.issue(repository, number).reviews).toHaveLength(reviews);
  });

  it('a pull request from a fork is reviewed as any other', async () => {
    const { github, repository } = world;
    const fork = await github.forkRepository({ repository, owner: 'mallory' });
    const sha = await github.commit({
      repository: fork,
      branch: 'theirs',
      files: { 'src/cap.js': CAP },
      by: 'mallory',
    });
    const { issue } = await github.openPullRequest({ repository, by: 'mallory', title: 'Mine', head: 'theirs', fork });
    world.model.use(reviewer(capFinding));
    await review(issue.number);
    const [check] = await reviewed(world, sha);
    expect(check?.conclusion).toBe('failure');
    expect(onLines(world, issue.number).map((one) => one.slice(0, 4))).toEqual([['src/cap.js', 'RIGHT', 2, 2]]);
  });

  it('what the configuration leaves out is not reviewed, and costs no model call', async () => {
    const { github, repository } = world;
    await push('main', { [CONFIG]: 'review: {paths: {deny: [src/]}}\n' });
    const sha = await push('left-out', { 'src/cap.js': CAP });
    const { issue } = await github.openPullRequest({ repository, by: 'ada', title: 'Left out', head: 'left-out' });
    const asked = world.model.requests.length;
    await review(issue.number);
    const [check] = await reviewed(world, sha);
    expect(check?.conclusion).toBe('neutral');
    expect(check?.output.summary).toContain('`review.paths` leaves out every file that it changes.');
    expect(world.model.requests.length).toBe(asked);
  });
});

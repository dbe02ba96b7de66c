import { expect, it } from 'vitest';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import type { Change } from './hosts/scene.ts';
import { finding, reviewer } from './reviewer.ts';

const FILES = { 'README.md': '# Durations\n', 'notes.txt': 'one\ntwo\nthree\n' };
const CAP = 'export function cap(ms) {\n  return Math.max(ms, 1000);\n}\n';
const CAPPED = 'export function cap(ms) {\n  return Math.min(ms, 1000);\n';
const capFinding = finding({
  path: 'src/cap.js',
  start_line: 1,
  line: 2,
  severity: 'major',
  title: 'It raises instead of capping',
  suggestion: CAPPED,
});
const notesFinding = finding({
  path: 'notes.txt',
  side: 'left',
  line: 2,
  severity: 'minor',
  title: 'This line is still needed, @rita',
});

onBothHosts('reviews of changes', (host) => {
  const scene = play(host, { scenario: [], files: FILES, config: 'review: {fail_on: major}\n' });

  const push = (branch: string, files: Readonly<Record<string, string>>) => scene().push({ branch, files });
  const open = async (head: string): Promise<Place> => (await scene().openChange({ title: head, head })).place;
  const askForReview = (place: Place) => scene().comment(place, '@astraforge review');
  const onLines = (place: Place) =>
    scene()
      .remarks(place)
      .map(({ path, side, firstLine, line, title, isResolved }) => [path, side, firstLine, line, title, isResolved]);
  /** The change of the first case, which the next ones go on with. */
  const first = (): Change => {
    const [change] = scene().changes();
    if (change === undefined) throw new Error('there is no change yet');
    return change;
  };

  it('findings are comments on their lines with a suggestion, the rest is in the summary, and the check says the verdict', async () => {
    const sha = await push('cap', { 'src/cap.js': CAP, 'notes.txt': 'one\nthree\n' });
    const place = await open('cap');
    const elsewhere = finding({ path: 'README.md', line: 1, severity: 'minor', title: 'The guide says nothing of it' });
    scene().model.use(reviewer(notesFinding, elsewhere, capFinding));
    await askForReview(place);
    const [check] = await scene().checksOver(sha);
    expect(onLines(place)).toEqual([
      ['src/cap.js', 'right', 1, 2, '**Major:** It raises instead of capping', false],
      ['notes.txt', 'left', 2, 2, '**Minor:** This line is still needed, @\u200Brita', false],
    ]);
    expect(`${scene().remarks(place)[0]?.offered}\n`).toBe(CAPPED);
    const [posted] = scene().reviews(place);
    expect(posted?.state).toBe('commented');
    for (const part of ['3 new findings (1 major, 2 minor)', '> It caps durations.', 'The guide says nothing of it'])
      expect(posted?.text).toContain(part);
    expect(check?.verdict).toBe('failure');
    expect(check?.title).toMatch(/^Reviewed: Findings that stand: 1 major\./);
    await scene().answered(place, '**Reviewed**');
    expect(scene().file('cap', 'scribble.txt')).toBeUndefined();
  });

  it('after a push nothing is told twice, what was mended is resolved, and only what is major is news', async () => {
    const mended = `// In milliseconds.\n${CAP.replace('max', 'min')}export const cap2 = cap;\n`;
    const sha = await push('cap', { 'src/cap.js': mended });
    const second = finding({ path: 'src/cap.js', line: 5, severity: 'major', title: 'A second name for it' });
    scene().model.use(
      reviewer(
        { ...notesFinding, title: 'In other words: the line is needed' },
        { ...second, suggestion: 'export { cap as cap2 };\n' },
        finding({ path: 'src/cap.js', line: 1, severity: 'minor', title: 'Say more' }),
      ),
    );
    await askForReview(first());
    const [check] = await scene().checksOver(sha);
    expect(onLines(first()).map(([path, , , line, , isResolved]) => [path, line, isResolved])).toEqual([
      ['src/cap.js', 2, true],
      ['notes.txt', 2, false],
      ['src/cap.js', 5, false],
    ]);
    expect(scene().remarks(first()).at(-1)?.offered).toBe('export { cap as cap2 };');
    const text = scene().reviews(first()).at(-1)?.text;
    expect(text).toContain('1 new finding (1 major), 1 known and still open, 1 discussion resolved');
    expect(text).toContain('1 finding below major: such are told in the first round only.');
    expect(check?.verdict).toBe('failure');
  });

  it('a review that finds nothing new posts no review, and its check is green once people have settled the rest', async () => {
    for (const remark of scene().remarks(first())) scene().resolve(remark);
    const before = scene().reviews(first()).length;
    scene().model.use(reviewer(notesFinding));
    await askForReview(first());
    const checks = await scene().checksOver(first().headSha, 2);
    expect(checks.at(-1)?.verdict).toBe('success');
    expect(scene().reviews(first())).toHaveLength(before);
  });

  it('a review that the host cut off while it was posted ends as it began: nothing twice, nothing left out', async () => {
    const sha = await push('torn', { 'src/cap.js': CAP, 'notes.txt': 'one\nthree\n' });
    const place = await open('torn');
    scene().model.use(reviewer(notesFinding, capFinding));
    const torn = scene().cutOffReview();
    await askForReview(place);
    await scene().checksOver(sha);
    expect(torn.fired).toBe(1);
    expect(onLines(place).map(([path]) => path)).toEqual(['src/cap.js', 'notes.txt']);
    expect(scene().reviews(place)).toHaveLength(1);
    expect(scene().reviews(place)[0]?.text).toContain('2 new findings (1 major, 1 minor)');
  });

  it('a change from a fork is reviewed as any other', async () => {
    const files = { 'src/cap.js': CAP };
    const { place, sha } = await scene().openChangeFromFork({ by: 'mallory', head: 'theirs', files });
    scene().model.use(reviewer(capFinding));
    await askForReview(place);
    await scene().answered(place, 'Findings that stand: 1 major.');
    expect(onLines(place).map((one) => one.slice(0, 4))).toEqual([['src/cap.js', 'right', 1, 2]]);
    // GitLab takes no status of a commit for which the project has neither a branch nor a pipeline.
    const isTaken = host.provider === 'github';
    const checks = isTaken ? await scene().checksOver(sha) : scene().checks();
    const verdicts = checks.filter((one) => one.sha === sha).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(isTaken ? ['failure'] : []);
  });

  it('what the configuration leaves out is not reviewed, and costs no model call', async () => {
    await scene().configure('review: {paths: {deny: [src/]}}\n');
    const sha = await push('left-out', { 'src/cap.js': CAP });
    const place = await open('left-out');
    const asked = scene().model.requests.length;
    await askForReview(place);
    const [check] = await scene().checksOver(sha);
    expect(check?.verdict).toBe(scene().asShown('neutral'));
    const { body } = await scene().answered(place, '`review.paths` leaves out every file that it changes.');
    // A commit status has a title only.
    const told = host.provider === 'github' ? check?.text : body;
    expect(told).toContain('`review.paths` leaves out every file that it changes.');
    expect(scene().model.requests.length).toBe(asked);
    expect(scene().model.unexpected).toEqual([]);
  });
});

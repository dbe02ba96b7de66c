import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoFiles } from '../fakes/demo-files.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, settled } from './ask.ts';
import { finding, onLines, reviewed, reviewer } from './review-scene.ts';
import { openWorld, until, type World } from './world.ts';

describeWith(['codex', 'confinement'], 'reviews that nobody asks for', () => {
  let world: World;
  beforeAll(async () => {
    const files = { ...(await demoFiles()), '.github/astraforge.yml': 'review: {auto: true}\n' };
    const remark = finding({ path: 'src/cap.js', line: 1, severity: 'major', title: 'Too short' });
    world = await openWorld({ files, env: { PROVISIONER: 'local' }, scenario: [reviewer(remark), fixFailingTest] });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    if (world.model.unexpected.length > 0) throw new Error(world.model.unexpected.join('\n'));
    await world[Symbol.asyncDispose]();
  });

  const push = (text: string, branch = 'cap'): Promise<string> =>
    world.github.commit({ repository: world.repository, branch, files: { 'src/cap.js': text }, by: 'ada' });
  const progress = (number: number) => world.github.comments(world.repository, number).filter(({ viaApp }) => viaApp);
  const outcomeOf = (guid: string): Promise<string> =>
    until('the delivery to be settled', () => {
      const line = world.logs.find((one) => one.includes('delivery settled') && one.includes(guid));
      return line === undefined ? undefined : /"outcome":"([^"]*)"/.exec(line)?.[1];
    });

  it('each head is reviewed once, in one comment that is edited, and the finding is told once', async () => {
    const { github, repository } = world;
    const first = await push('one\n');
    const { issue, delivery } = await github.openPullRequest({ repository, by: 'ada', title: 'Cap', head: 'cap' });
    await reviewed(world, first);
    await github.redeliver(delivery.guid, { newGuid: true });
    await until('the review to be told', () => progress(issue.number)[0]?.body.includes('**Reviewed**'));
    const second = await push('one\ntwo\n');
    await reviewed(world, second);
    expect(onLines(world, issue.number)).toHaveLength(1);
    expect(progress(issue.number)).toHaveLength(1);
    const { headSha } = github.issue(repository, issue.number).pull ?? { headSha: '' };
    expect(github.checkRuns(repository).filter((one) => one.headSha === headSha)).toHaveLength(1);
  });

  it('a draft, a stranger’s and another bot’s pull request are left alone', async () => {
    const { github, repository } = world;
    await push('draft\n', 'draft');
    await push('rita\n', 'rita');
    await push('bot\n', 'bot');
    const open = async (by: string, head: string, draft = false): Promise<string> =>
      outcomeOf((await github.openPullRequest({ repository, by, title: head, head, draft })).delivery.guid);
    expect(await open('ada', 'draft', true)).toBe('ignored: a draft');
    expect(await open('rita', 'rita')).toBe('ignored: role read');
    expect(await open('renovate[bot]', 'bot')).toBe('ignored: offered by a bot');
  });

  it('a change of the bot is reviewed on behalf of who asked for it, and that review of nothing else', async () => {
    const { github, repository } = world;
    const outcome = await settled(world, (await ask(world, '@astraforge fix the failing test')).issue);
    const [pull] = outcome.pulls;
    const [check] = await reviewed(world, pull?.pull.headSha ?? '');
    expect(check?.output.summary).toContain('requested by ada');
    await github.settled();
    expect(github.checkRuns(repository).filter((one) => one.headSha === pull?.pull.headSha)).toHaveLength(1);
  });
});

import { expect, it } from 'vitest';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import { finding, reviewer } from './reviewer.ts';

const remark = finding({ path: 'src/cap.js', line: 1, severity: 'major', title: 'Too short' });

onBothHosts('reviews that nobody asks for', (host) => {
  const scene = play(host, { scenario: [reviewer(remark), fixFailingTest], config: 'review: {auto: true}\n' });

  const push = (text: string, branch = 'cap') => scene().push({ branch, files: { 'src/cap.js': text } });
  const checksOn = (sha: string) =>
    scene()
      .checks()
      .filter((one) => one.sha === sha);

  it('each head is reviewed once, in one comment that is edited, and the finding is told once', async () => {
    const first = await push('one\n');
    const opened = await scene().openChange({ title: 'Cap', head: 'cap' });
    const { place } = opened;
    await scene().checksOver(first);
    expect(await scene().redeliver(opened)).toBe(202);
    expect((await scene().post(opened, {})).status).toBe(202);
    await scene().answered(place, '**Reviewed**');
    const second = await push('one\ntwo\n');
    await scene().checksOver(second);
    expect(scene().remarks(place)).toHaveLength(1);
    expect(scene().progress(place)).toHaveLength(1);
    expect(checksOn(first)).toHaveLength(1);
    expect(checksOn(second)).toHaveLength(1);
  });

  it('a draft, a stranger’s and another bot’s change are left alone', async () => {
    for (const branch of ['draft', 'rita', 'bot']) await push(`${branch}\n`, branch);
    const open = async (by: string, head: string, draft = false) =>
      scene().outcomeOf(await scene().openChange({ by, title: head, head, draft }));
    expect(await open('ada', 'draft', true)).toBe('ignored: a draft');
    expect(await open('rita', 'rita')).toBe('ignored: role read');
    expect(await open(scene().addBot('renovate'), 'bot')).toBe('ignored: offered by a bot');
  });

  it('a change of the bot is reviewed on behalf of who asked for it, before people look at it, and that review of nothing else', async () => {
    const { place } = await scene().ask('@astraforge fix the failing test');
    const change = await scene().changeFor(place);
    const [check] = await scene().checksOver(change.headSha);
    await scene().answered(change, '**Reviewed**');
    expect(scene().progress(change)).toHaveLength(1);
    const { request, run } = (await scene().standing(change)) ?? {};
    expect([request?.requester.login, run?.task.kind]).toEqual(['ada', 'review']);
    // A commit status has a title only.
    if (host.provider === 'github') expect(check?.text).toContain('requested by ada');
    await scene().over(place);
    await scene().quiet();
    expect(checksOn(change.headSha)).toHaveLength(1);
    expect(
      scene()
        .changes()
        .filter(({ isOurs }) => isOurs),
    ).toHaveLength(1);
    expect(scene().model.unexpected).toEqual([]);
  });
});

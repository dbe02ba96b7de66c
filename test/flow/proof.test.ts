import { expect, it } from 'vitest';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import { DOUBLING, PROOF_SCENARIOS, SUITE } from './proof-scenarios.ts';

const COMMANDS = `suite: ${SUITE}\n  changed: 'node --test {files}'\n`;
const configOf = (mode: string, commands = COMMANDS): string => `proof:\n  mode: ${mode}\n  ${commands}`;
const LONG = { timeout: 300_000 };

onBothHosts('proof of a change', (host) => {
  const scene = play(host, { scenario: PROOF_SCENARIOS, files: DOUBLING });

  const asked = async (words: string, config: string) => {
    await scene().configure(config);
    await scene().quiet();
    const { place } = await scene().ask(`@astraforge ${words}`);
    const { run } = await scene().over(place);
    return { place, run, change: scene().changesFor(place)[0] };
  };
  const verdictOf = async (place: Place) => {
    const standing = await scene().standing(place);
    return (
      standing &&
      scene()
        .checksOf(standing)
        .findLast(({ name }) => name === 'astraforge')?.verdict
    );
  };

  it('one whose tests fail without it and pass with it is proven, and a table says so', LONG, async () => {
    const { place, run, change } = await asked('mend it with a test', configOf('require'));
    expect(run.status).toBe('succeeded');
    expect(run.proof).toMatchObject({ verdict: 'proven', reasons: [], tests: ['test/doubling/three.test.js'] });
    expect(run.proof?.rows).toEqual([
      {
        what: 'changed',
        command: "node --test 'test/doubling/three.test.js'",
        base: { kind: 'failed', exitCode: 1 },
        head: { kind: 'passed' },
        asExpected: true,
      },
      {
        what: 'suite',
        command: SUITE,
        base: { kind: 'passed' },
        head: { kind: 'passed' },
        asExpected: true,
      },
    ]);
    expect(change?.isDraft).toBe(false);
    const row =
      "| changed tests | `node --test 'test/doubling/three.test.js'` | fails (exit code 1) | passes | yes |\n| whole suite | `" +
      `${SUITE}\` | passes | passes | yes |`;
    for (const text of [change?.body ?? '', await scene().shown(place)]) {
      expect(text).toContain('**Proven**: the changed tests fail without the change and pass with it.');
      expect(text).toContain(row);
    }
    await scene().checked(place, scene().asShown('success'));
  });

  it.each([
    ['has no test', 'mend it without a test', 'No test was added or changed.'],
    ['has tests that pass without it', 'mend it with a test that shows nothing', 'pass on the base already'],
    ['breaks the suite', 'mend it badly', 'The suite passes on the base and fails with the change.'],
    ['has tests that fail', 'do it wrongly', 'The changed tests fail with the change.'],
  ])('one that %s is a draft that says so, and its check fails', LONG, async (_, words, reason) => {
    const { place, run, change } = await asked(words, configOf('require'));
    expect(run.status).toBe('succeeded');
    expect(run.proof?.verdict).toBe('unproven');
    expect(run.proof?.reasons.join(' ')).toContain(reason);
    expect(change?.isDraft).toBe(true);
    const [first = ''] = (change?.body ?? '').split('\n');
    expect(first).toContain('**This is a draft: it is not proven that the change does what it is for.**');
    expect(change?.body).toContain(reason);
    expect((await scene().checked(place, 'failure')).title).toContain('not proven: ');
    expect(await scene().shown(place)).toContain(reason);
  });

  it('one that is only tried to be proven is no draft, and its check is neutral', LONG, async () => {
    const { place, change } = await asked('mend it without a test', configOf('try'));
    expect(change?.isDraft).toBe(false);
    expect(change?.body).toContain('- No test was added or changed.');
    await scene().checked(place, scene().asShown('neutral'));
  });

  it('commands that cannot be run prove nothing', LONG, async () => {
    const { run } = await asked('mend it with a test', configOf('try', 'suite: no-such-program'));
    expect(run.proof).toMatchObject({ verdict: 'unproven', rows: [{ base: { kind: 'unrun', exitCode: 127 } }, {}] });
  });

  it('without `changed` the suite stands for it, and without `proof` nothing is run', LONG, async () => {
    const { run } = await asked('mend it with a test', configOf('require', `suite: ${SUITE}`));
    expect(run.proof).toMatchObject({ verdict: 'proven', rows: [{ command: SUITE }, {}] });
    const { place, run: unasked, change } = await asked('mend it without a test', 'run_by: write\n');
    expect(unasked.proof).toBeNull();
    expect(change?.body).not.toContain('## Proof');
    expect(await verdictOf(place)).toBe(scene().asShown('success'));
  });

  it('a further run proves the whole change, and takes it out of draft', LONG, async () => {
    const { place, run, change } = await asked('mend it without a test', configOf('require'));
    expect(run.proof?.verdict).toBe('unproven');
    expect(change?.isDraft).toBe(true);
    await scene().comment(change ?? place, '@astraforge add the test');
    await scene().answered(place, '**Proven**');
    const after = (await scene().over(place)).run;
    expect(after.id).not.toBe(run.id);
    expect(after.proof).toMatchObject({ verdict: 'proven', tests: ['test/doubling/three.test.js'] });
    const [revised] = scene().changesFor(place);
    expect(revised?.isDraft).toBe(false);
    expect(revised?.body).toContain('**Proven**');
    expect(revised?.body).not.toContain('This is a draft');
  });
});

import { expect, it } from 'vitest';
import { GATE_NAME } from '#core/domain/change/gate-check.ts';
import { branchOf } from '#core/domain/request/work-request.ts';
import type { Standing } from '#core/ports/conversations.ts';
import { answers, plans, writes } from './conversation-scenarios.ts';
import { onBothHosts, play, type HostChoice } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import { until } from './world.ts';

const SCENARIO = [plans, writes('more.txt', 'more'), writes('planned.txt', 'planned'), writes('a.txt', 'one'), answers];
const FILES = { 'README.md': '# Approvals\n' };
const LONG = { timeout: 600_000 };

function playWaiting(host: HostChoice) {
  const scene = play(host, { scenario: SCENARIO, files: FILES, config: 'approval: publish\n' });
  return {
    scene,
    /** Somebody asks, and the change waits for approval; nothing has been pushed. */
    async waiting(words: string, by?: string) {
      const { place } = await scene().ask(words, by);
      await scene().answered(place, 'The change waits for approval');
      await scene().checked(place, 'action_required', GATE_NAME);
      const { request } = (await scene().standing(place)) ?? { request: { id: '' } };
      return { place, branch: branchOf(request.id) };
    },
    isPushed: async (branch: string) => (await scene().branches()).has(branch),
  };
}

onBothHosts('approval before anything is published', (host) => {
  const { scene, waiting, isPushed } = playWaiting(host);

  it('shows the diff, pushes nothing, and publishes what somebody else approves', LONG, async () => {
    const { place, branch } = await waiting('@astraforge write a.txt');
    expect(await scene().shown(place)).toContain('+one');
    expect(await isPushed(branch)).toBe(false);
    await scene().comment(place, '@astraforge approve');
    await scene().answered(place, 'nobody approves their own request here');
    expect(await isPushed(branch)).toBe(false);
    await scene().comment(place, '@astraforge approve', 'mia');
    await scene().changeFor(place);
    expect(scene().file(branch, 'a.txt')).toBe('one\n');
    const { title } = await scene().checked(place, 'success', GATE_NAME);
    expect(title).toBe('The change was approved by mia');
  });

  it('its buttons do what the commands do, for people who may', LONG, async () => {
    const { place, branch } = await waiting('@astraforge write a.txt again');
    await scene().press(place, 'approve');
    await scene().answered(place, 'nobody approves their own request here');
    await scene().press(place, 'approve', 'rita');
    await scene().answered(place, /@rita may not approve this/);
    expect(await isPushed(branch)).toBe(false);
    await scene().press(place, 'approve', 'mia');
    await scene().changeFor(place);
    expect(await isPushed(branch)).toBe(true);
    const refused = await waiting('@astraforge write a.txt for the button of no');
    await scene().press(refused.place, 'cancel', 'mia');
    await scene().answered(refused.place, /Rejected by @.?mia/);
    expect(await isPushed(refused.branch)).toBe(false);
  });

  it('a rejection ends it with its reason, and nothing is pushed', LONG, async () => {
    const { place, branch } = await waiting('@astraforge write a.txt for nothing');
    await scene().comment(place, '@astraforge reject it is too early', 'mia');
    await scene().answered(place, /Rejected by @.?mia: it is too early/);
    expect(await isPushed(branch)).toBe(false);
  });

  it('who lost the right meanwhile has approved nothing', LONG, async () => {
    const { place, branch } = await waiting('@astraforge write a.txt at last');
    scene().setRole('mia', 'read');
    await scene().comment(place, '@astraforge approve', 'mia');
    await scene().answered(place, /people with `write` access/);
    expect(await isPushed(branch)).toBe(false);
    scene().setRole('mia', 'maintain');
  });
});

onBothHosts('what voids an approval', (host) => {
  const { scene, waiting, isPushed } = playWaiting(host);
  /** Something else than before waits for approval: another run, or the same one under other rules. */
  const waitsAnew = (place: Place, before: Standing | undefined) =>
    until('something else to wait for approval', async () => {
      const { run } = (await scene().standing(place)) ?? {};
      const isOther =
        run?.id !== before?.run.id || run?.awaiting?.policyVersion !== before?.run.awaiting?.policyVersion;
      return run?.status === 'awaiting_approval' && isOther;
    });

  it('further words make it anew, and what was shown before cannot be approved', LONG, async () => {
    const { place, branch } = await waiting('@astraforge write a.txt and wait');
    const before = await scene().standing(place);
    await scene().comment(place, '@astraforge write more.txt too');
    await waitsAnew(place, before);
    await until('both files to be shown', async () => /(?=[^]*\+one)[^]*\+more/.test(await scene().shown(place)));
    await scene().comment(place, '@astraforge approve', 'mia');
    const change = await scene().changeFor(place);
    expect(scene().file(change.head, 'more.txt')).toBe('more\n');
    expect(scene().file(branch, 'a.txt')).toBe('one\n');
  });

  it('a change of the rules voids it: it is judged and shown again', LONG, async () => {
    const { place, branch } = await waiting('@astraforge write a.txt under old rules');
    const before = await scene().standing(place);
    await scene().configure('approval: publish\nlimits: { files: 3 }\n');
    await scene().comment(place, '@astraforge approve', 'mia');
    await scene().answered(place, 'has changed since this was shown');
    await waitsAnew(place, before);
    expect(await isPushed(branch)).toBe(false);
    await scene().comment(place, '@astraforge approve', 'mia');
    await scene().changeFor(place);
    expect(scene().file(branch, 'a.txt')).toBe('one\n');
  });
});

onBothHosts('modes of approval', (host) => {
  const scene = play(host, { scenario: SCENARIO, files: FILES, config: '' });

  it('none, for people who may write: what they ask is published at once', LONG, async () => {
    const { place } = await scene().ask('@astraforge write a.txt');
    const { head } = await scene().changeFor(place);
    expect(scene().file(head, 'a.txt')).toBe('one\n');
    expect(
      scene()
        .checks()
        .filter(({ name }) => name === GATE_NAME),
    ).toEqual([]);
  });

  it('plan: it is posted, and carried out only when somebody else has approved it', LONG, async () => {
    const { place } = await scene().ask('@astraforge plan write planned.txt');
    const shown = await scene().answered(place, 'The plan waits for approval');
    expect(shown.body).toContain('> 1. Write planned.txt.');
    await scene().checked(place, 'action_required', GATE_NAME);
    expect(await scene().shown(place)).toContain('Check that it is there');
    await scene().comment(place, '@astraforge approve');
    await scene().answered(place, 'nobody approves their own request here');
    expect(scene().changesFor(place)).toEqual([]);
    await scene().comment(place, '@astraforge approve', 'mia');
    const { head } = await scene().changeFor(place);
    expect(scene().file(head, 'planned.txt')).toBe('planned\n');
  });

  it('plan, for all by the configuration: a mention is planned first, and a rejected plan ends it', LONG, async () => {
    await scene().configure('approval: plan\n');
    const { place } = await scene().ask('@astraforge write planned.txt');
    await scene().answered(place, 'The plan waits for approval');
    await scene().comment(place, '@astraforge reject not now', 'mia');
    await scene().answered(place, /Rejected by @.?mia: not now/);
    expect(scene().changesFor(place)).toEqual([]);
  });
});

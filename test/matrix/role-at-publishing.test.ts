import { expect, it } from 'vitest';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { onBothHosts, play } from '../flow/hosts/on-both-hosts.ts';
import type { Place } from '../flow/hosts/said.ts';
import { finding, reviewerAfter } from '../flow/reviewer.ts';
import { until } from '../flow/world.ts';

/** Long enough for a role to be lost meanwhile. */
const A_WHILE = 'sleep 5';
const worksAWhile: Scenario = {
  name: 'works a while',
  when: /write a\.txt/,
  steps: [{ items: [shell(`${A_WHILE}; echo a > a.txt`)] }, { items: [say('I wrote a.txt.')] }],
};
const readsAWhile = reviewerAfter(
  A_WHILE,
  finding({ path: 'topic.txt', line: 1, severity: 'major', title: 'Too short' }),
);
const ALWAYS = Number.POSITIVE_INFINITY;
const DEADLINE = { timeout: 300_000 };

onBothHosts('the role when it is published', (host) => {
  const scene = play(host, { scenario: [worksAWhile, readsAWhile] });

  /** `ada` asks, and the agent has begun. */
  const atWork = async (ask: () => Promise<{ place: Place }>): Promise<Place> => {
    const asked = scene().model.requests.length;
    const { place } = await ask();
    await until('the agent to work', () => scene().model.requests.length > asked);
    return place;
  };
  const writing = () => atWork(() => scene().ask('@astraforge write a.txt'));
  const pushed = async () => [...(await scene().branches()).keys()].filter((name) => name.startsWith('astraforge/'));
  const published = async () => [
    await pushed(),
    scene()
      .changes()
      .filter(({ isOurs }) => isOurs),
  ];

  it('who lost the role while the agent worked has nothing published', DEADLINE, async () => {
    const place = await writing();
    scene().setRole('ada', 'read');
    await scene().answered(place, /@.?ada has `read` on .* by now/);
    scene().setRole('ada', 'write');
    expect(await published()).toEqual([[], []]);
  });

  it('who lost the role while the agent read for a review has no review posted', DEADLINE, async () => {
    await scene().push({ branch: 'topic', files: { 'topic.txt': 'a\n' } });
    const { place: topic } = await scene().openChange({ head: 'topic' });
    const place = await atWork(() => scene().comment(topic, '@astraforge review'));
    scene().setRole('ada', 'read');
    await scene().answered(place, /@.?ada has `read` on .* by now/);
    scene().setRole('ada', 'write');
    expect([scene().reviews(place), scene().remarks(place)]).toEqual([[], []]);
  });

  it('a host that will not tell the role has said no: nothing is published', DEADLINE, async () => {
    const place = await writing();
    const refused = scene().refuseRoleOf('ada', { times: ALWAYS, status: 403 });
    await scene().answered(place, /@.?ada has `none` on .* by now/);
    refused.remove();
    expect(await published()).toEqual([[], []]);
  });

  it('while the host cannot tell the role nothing is published, and the work is when it can', DEADLINE, async () => {
    const place = await writing();
    const away = scene().refuseRoleOf('ada', { times: ALWAYS, status: 500 });
    await until('the role to be asked twice more', () => away.fired >= 2);
    expect(await published()).toEqual([[], []]);
    const asked = scene().model.requests.length;
    away.remove();
    await scene().changeFor(place);
    expect(await pushed()).toHaveLength(1);
    expect(
      scene()
        .changes()
        .filter(({ isOurs }) => isOurs),
    ).toHaveLength(1);
    expect(scene().model.requests.length).toBe(asked);
    await scene().answered(place, /Opened/);
  });
});

import { expect, it } from 'vitest';
import { noChange } from '../fakes/model/scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import { until } from './world.ts';

onBothHosts('what becomes a request, and what does not', (host) => {
  const scene = play(host, { scenario: noChange });

  it('the same delivery, ten times at once and again under a new GUID, is one request', async () => {
    const said = await scene().ask('@astraforge look around');
    const sent = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0
          ? scene().redeliver(said)
          : scene()
              .post(said, {})
              .then(({ status }) => status),
      ),
    );
    expect(sent).toEqual(Array(10).fill(202));
    await scene().over(said.place);
    await scene().quiet();
    expect(scene().ours(said.place)).toHaveLength(1);
    const { request } = (await scene().standing(said.place)) ?? {};
    const all = { provider: host.provider, repoId: scene().repository.id } as const;
    const open = await scene().astraforge.shared.store.conversations.allOf(all, 'open');
    expect(open.map((one) => one.request.id)).toEqual([request?.id]);
  });

  it('a person without write access is refused once, with the reason, however often they ask', async () => {
    const { place } = await scene().ask('Something is wrong', 'rita');
    const again = (body: string) => scene().comment(place, body, 'rita');
    await Promise.all([again('@astraforge fix it'), again('@astraforge now'), again('@astraforge please')]);
    await until('the refusal', () => scene().ours(place).length > 0);
    await again('@astraforge I insist');
    await scene().quiet();
    expect(
      scene()
        .ours(place)
        .map(({ body }) => body),
    ).toEqual([expect.stringMatching(/`write` access.*@rita has `read`/)]);
  });

  it('a permission that the host does not confirm is no permission', async () => {
    const fault = scene().refuseRoleOf('ada', { times: 3 });
    const { place } = await scene().ask('@astraforge fix it');
    await until('three refused questions', () => fault.fired === 3, 20_000);
    expect(await scene().standing(place)).toBeUndefined();
    await scene().over(place);
  });

  it.each([
    ['a quote', '> @astraforge fix it'],
    ['a code span', 'try `@astraforge fix it`'],
    ['a fence', '```\n@astraforge fix it\n```'],
    ['an HTML comment', '<!-- @astraforge fix it -->'],
    ['somebody else', '@astraforge-team fix it'],
  ])('a mention in %s does nothing', async (_, words) => {
    const said = await scene().ask(words);
    expect(await scene().outcomeOf(said)).toBe('ignored: no mention');
    expect(scene().ours(said.place)).toEqual([]);
  });

  it('an edited comment does not fire, neither for the first time nor again', async () => {
    const said = await scene().ask('nothing yet');
    await scene().editComment(said, '@astraforge fix it');
    await scene().quiet();
    expect(scene().ours(said.place)).toEqual([]);
  });

  it('a bot that mentions us is ignored', async () => {
    const bot = scene().addBot('helper');
    scene().setRole(bot, 'write');
    const said = await scene().ask('@astraforge fix it', bot);
    expect(await scene().outcomeOf(said)).toBe('ignored: written by a bot');
    expect(scene().ours(said.place)).toEqual([]);
  });

  it('a mention in the body of a new issue is a request', async () => {
    const { place } = await scene().openIssue({ title: 'Look', body: '@astraforge look around' });
    expect(await scene().over(place)).toMatchObject({ run: { status: 'unchanged' } });
    await scene().checked(place, 'neutral');
  });

  it('a bare mention gets one short reply with an example', async () => {
    const { place } = await scene().ask('@astraforge');
    expect((await scene().answered(place, 'for example')).body.length).toBeLessThan(600);
  });

  it('a forged or truncated call is refused and recorded nowhere', async () => {
    const said = await scene().comment((await scene().openIssue()).place, 'nothing');
    const forged = await scene().post(said, { secret: 'wrong' });
    const unsigned = await scene().post(said, { secret: 'none' });
    expect(forged.status).toBe(401);
    expect([400, 401]).toContain(unsigned.status);
    await scene().quiet();
    for (const { guid } of [forged, unsigned])
      expect(scene().logs.filter((line) => line.includes('delivery settled') && line.includes(guid))).toEqual([]);
  });

  it('a genuine delivery that is not what it claims to be is settled without harm', async () => {
    const said = await scene().comment((await scene().openIssue()).place, 'nothing');
    const odd = await scene().post(said, { body: '{"action":"created","comment":7,"object_attributes":7}' });
    expect(odd.status).toBe(202);
    await scene().outcomeOf(odd);
    await scene().quiet();
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { noChange } from '../fakes/model/scenarios.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, settled } from './ask.ts';
import { openWorld, until, type World } from './world.ts';

describeWith(['codex', 'confinement'], 'what becomes a request, and what does not', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({ scenario: noChange, env: { PROVISIONER: 'local' } });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  const { repository } = { repository: 'acme/durations' };
  const ours = (issue: number) => world.github.comments(repository, issue).filter((comment) => comment.viaApp);
  /** Everything that was recorded so far was read and settled. */
  const quiet = async (): Promise<void> => {
    await world.github.settled();
    const recorded = world.github.deliveries.filter((one) => one.status === 202 && one.response.includes('recorded'));
    await until('all deliveries to be settled', () => {
      const settledLines = world.logs.filter((line) => line.includes('delivery settled')).join('');
      return recorded.every((delivery) => settledLines.includes(delivery.guid));
    });
  };

  it('the same delivery, ten times at once and again under a new GUID, is one request', async () => {
    const { issue, guid } = await ask(world, '@astraforge look around');
    const sent = await Promise.all(
      Array.from({ length: 10 }, (_, index) => world.github.redeliver(guid, { newGuid: index % 2 === 0 })),
    );
    expect(sent.map((delivery) => delivery.status)).toEqual(Array(10).fill(202));
    await settled(world, issue);
    await quiet();
    expect(ours(issue)).toHaveLength(1);
    expect(world.github.checkRuns(repository)).toHaveLength(1);
  });

  it('a person without write access is refused once, with the reason, however often they ask', async () => {
    const { issue } = await ask(world, 'Something is wrong', 'rita');
    const again = (body: string) => world.github.comment({ repository, by: 'rita', number: issue, body });
    await Promise.all([again('@astraforge fix it'), again('@astraforge now'), again('@astraforge please')]);
    await until('the refusal', () => ours(issue).length > 0);
    await again('@astraforge I insist');
    await quiet();
    expect(ours(issue).map((comment) => comment.body)).toEqual([
      expect.stringMatching(/`write` access.*@rita has `read`/),
    ]);
  });

  it('a permission that GitHub does not confirm is no permission', async () => {
    const fault = world.github.fault({ match: { path: /collaborators\/ada\/permission/ }, times: 3, status: 500 });
    const before = world.github.checkRuns(repository).length;
    const { issue } = await ask(world, '@astraforge fix it');
    await until('three refused questions', () => fault.fired === 3, 20_000);
    expect(world.github.checkRuns(repository)).toHaveLength(before);
    await settled(world, issue);
  });

  it.each([
    ['a quote', '> @astraforge fix it'],
    ['a code span', 'try `@astraforge fix it`'],
    ['a fence', '```\n@astraforge fix it\n```'],
    ['an HTML comment', '<!-- @astraforge fix it -->'],
    ['somebody else', '@astraforge-team fix it'],
  ])('a mention in %s does nothing', async (_, words) => {
    const { issue } = await ask(world, words);
    await quiet();
    expect(ours(issue)).toEqual([]);
  });

  it('an edited comment does not fire, neither for the first time nor again', async () => {
    const { issue, commentId } = await ask(world, 'nothing yet');
    await world.github.editComment({ repository, by: 'ada', commentId, body: '@astraforge fix it' });
    await quiet();
    expect(ours(issue)).toEqual([]);
  });

  it('a bot that mentions us is ignored', async () => {
    world.github.createUser('helper[bot]', { type: 'Bot' });
    world.github.setPermission(repository, 'helper[bot]', 'write');
    const { issue } = await ask(world, '@astraforge fix it', 'helper[bot]');
    await quiet();
    expect(ours(issue)).toEqual([]);
  });

  it('a mention in the body of a new issue is a request', async () => {
    const { issue } = await world.github.openIssue({
      repository,
      by: 'ada',
      title: 'Look',
      body: '@astraforge look around',
    });
    expect((await settled(world, issue.number)).check.conclusion).toBe('neutral');
  });

  it('a bare mention gets one short reply with an example', async () => {
    const { issue } = await ask(world, '@astraforge');
    await until('the reply', () => ours(issue).length > 0);
    expect(ours(issue)[0]?.body).toContain('for example');
  });

  it('a forged or truncated call is refused and recorded nowhere', async () => {
    const forged = await world.github.deliverRaw({
      event: 'issue_comment',
      body: '{}',
      signature: `sha256=${'0'.repeat(64)}`,
    });
    const unsigned = await world.github.deliverRaw({ event: 'issue_comment', body: '{}', signature: null });
    expect([forged.status, unsigned.status]).toEqual([401, 400]);
  });

  it('a genuine delivery that is not what it claims to be is settled without harm', async () => {
    const odd = await world.github.deliverRaw({ event: 'issue_comment', body: '{"action":"created","comment":7}' });
    expect(odd.status).toBe(202);
    await quiet();
  });
});

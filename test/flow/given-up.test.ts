import { expect, it } from 'vitest';
import { CLAIMS_MAX } from '#core/domain/run/run.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, checkOf, settled } from './ask.ts';
import { openWorld, until } from './world.ts';

/** Puts a text of the test's own into a file. */
const writes = (text: string): Scenario => ({
  name: 'writes',
  steps: [
    { items: [shell(`printf '%s' '${text}' > note.txt && echo written`)] },
    { expect: /written/, items: [say('Written.')] },
  ],
});

describeWith(['codex', 'confinement'], 'what is given up, and what never leaves', () => {
  it('a run that lost three workers is given up, and the check says so', async () => {
    await using world = await openWorld({ scenario: fixFailingTest, env: { PROVISIONER: 'local' } });
    world.model.setLatency(60_000);
    const { issue } = await ask(world, '@astraforge fix the failing test');
    const check = await checkOf(world, issue);
    const { runs } = world.astraforge.shared.store;
    const runId = (await runs.readRequest(check.externalId))?.run.id ?? '';
    await until('the first claim', async () => (await runs.readRun(runId))?.run.status === 'running');
    for (let lost = 1; lost <= CLAIMS_MAX; lost += 1)
      expect(await runs.claim(runId, { holder: `lost-${lost}`, silentMs: -60_000 })).toMatchObject({
        claims: lost + 1,
      });
    const outcome = await settled(world, issue);
    expect(outcome.check).toMatchObject({ conclusion: 'failure' });
    expect(outcome.check.output.summary).toContain('Given up: 3 workers were lost');
  });

  it('a change that holds a live secret is refused and pushed nowhere', async () => {
    await using world = await openWorld({ env: { PROVISIONER: 'local' } });
    world.model.use(writes(Buffer.from(`key=${world.github.app.webhookSecret}`).toString('base64')));
    const { check, requestId, pulls } = await settled(world, (await ask(world, '@astraforge write it down')).issue);
    expect(check.conclusion).toBe('failure');
    expect(check.output.summary).toContain('holds a credential of this server');
    expect(pulls).toEqual([]);
    expect((await world.github.branches(world.repository)).has(`astraforge/${requestId}`)).toBe(false);
  });

  it('a live secret in the agent’s own words and commands is masked wherever they go', async () => {
    await using world = await openWorld({ env: { PROVISIONER: 'local' } });
    const secret = world.github.app.webhookSecret;
    const hex = Buffer.from(secret).toString('hex');
    const tells: Scenario = {
      name: 'tells',
      steps: [{ items: [shell(`echo ${hex}; echo done > note.txt`)] }, { items: [say(`The secret is ${secret}.`)] }],
    };
    world.model.use(tells);
    const { check, comments, pulls, requestId } = await settled(world, (await ask(world, '@astraforge tell')).issue);
    expect(pulls).toHaveLength(1);
    const log = await world.astraforge.shared.store.log.readLog(requestId, 0, 1_000);
    const places = [check, comments, pulls, log, world.logs].map((place) => JSON.stringify(place));
    for (const place of places) for (const form of [secret, hex]) expect(place.includes(form)).toBe(false);
    for (const place of places.slice(0, 4)) expect(place).toContain('[redacted]');
  });

  it('a permission that GitHub refuses to tell is no permission, and is answered once', async () => {
    await using world = await openWorld({ env: { PROVISIONER: 'local' } });
    world.github.fault({ match: { path: /collaborators\/ada\/permission/ }, times: 9, status: 403 });
    const { issue } = await ask(world, '@astraforge fix it');
    const ours = () => world.github.comments(world.repository, issue).filter((comment) => comment.viaApp);
    await until('the refusal', () => ours().length > 0);
    expect(ours()[0]?.body).toContain('nothing that the host would confirm');
    expect(world.github.checkRuns(world.repository)).toEqual([]);
  });
});

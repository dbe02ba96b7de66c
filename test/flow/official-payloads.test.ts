import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { openWorld, until, type World } from './world.ts';

/** What is noted about a thread, a repository or an access of which we know no request; of what they offer GitHub knows nothing here. */
const HARMLESS =
  /^(?:ignored: |cancelled 0 runs|access (?:lost|back): 0 requests|renamed to |failed: minting a token for .* \(404\)$)/;

describeWith(['codex', 'confinement'], 'GitHub’s own sample payloads', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({ env: { PROVISIONER: 'local' } });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('every one of them is taken by the intake, none crashes, and none makes a request', async () => {
    const payloads = examples.flatMap(({ name, examples: all }) =>
      all.map((payload) => ({ event: name, body: JSON.stringify(payload) })),
    );
    expect(payloads.length).toBeGreaterThan(200);
    const bodies = new Set<string>();
    for (const payload of payloads) {
      const sent = await world.github.deliverRaw(payload);
      expect([sent.status, sent.response], payload.event).toEqual([
        202,
        expect.stringContaining(bodies.has(payload.body) ? 'repeated' : 'recorded'),
      ]);
      bodies.add(payload.body);
    }
    const outcomes = await until('all of them to be settled', () => {
      const settled = world.logs.filter((line) => line.includes('"delivery settled"'));
      return settled.length === bodies.size && settled.map((line) => String(JSON.parse(line).outcome));
    });
    expect(outcomes.filter((outcome) => !HARMLESS.test(outcome))).toEqual([]);
    expect(world.logs.filter((line) => line.includes('job failed'))).toEqual([]);
    // Tokens are minted to see what is written, which nobody sees.
    expect(world.github.ledger.filter(({ kind }) => kind !== 'token.create')).toEqual([]);
  });
});

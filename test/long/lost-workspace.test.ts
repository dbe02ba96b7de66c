import { expect, it } from 'vitest';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { ask, settled } from '../flow/ask.ts';
import { openWorld } from '../flow/world.ts';
import { describeWith } from '../services/describe-with.ts';

const DEADLINE_MS = 180_000;
const TRIES = 3;

/** Ends the daemon that its own commands hang on, and with it the container. */
const suicidal: Scenario = {
  name: 'suicidal',
  steps: [
    { items: [say('Goodbye.'), shell('kill -9 $(pgrep -f daemon.mjs); sleep 30')] },
    { items: [say('Still here.')] },
  ],
};

describeWith(['docker', 'codex'], 'an agent that brings its own workspace down', () => {
  it(
    'is tried three times, then the run has failed, and no workspace is left',
    { timeout: 2 * DEADLINE_MS },
    async () => {
      await using world = await openWorld({ scenario: suicidal, env: { PROVISIONER: 'docker' } });
      const { issue } = await ask(world, '@astraforge please leave');
      const outcome = await settled(world, issue, DEADLINE_MS);
      expect(outcome.check.conclusion).toBe('failure');
      expect(outcome.pulls).toEqual([]);
      expect(world.model.requests).toHaveLength(TRIES);
      expect(world.model.unexpected).toEqual([]);
    },
  );
});

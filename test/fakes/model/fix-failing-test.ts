import { patch, plan, reason, say, shell, type Scenario } from './scenario.ts';

/** How the demo repository tests itself. Not `npm test`: a workspace image needs node, but not npm. */
const RUN_TESTS = 'node --test --test-reporter=spec';

const LOOK = 'Reproduce the failure';
const FIX = 'Fix formatDuration';
const CHECK = 'Run the tests again';

const ROUND_ONCE = `*** Update File: src/format-duration.js
@@
   if (!Number.isFinite(ms) || ms < 0) throw new RangeError(\`not a duration: \${ms}\`);
-  const hours = Math.floor(ms / HOUR_MS);
-  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
-  const seconds = Math.round((ms % MINUTE_MS) / SECOND_MS);
+  const rounded = Math.round(ms / SECOND_MS) * SECOND_MS;
+  const hours = Math.floor(rounded / HOUR_MS);
+  const minutes = Math.floor((rounded % HOUR_MS) / MINUTE_MS);
+  const seconds = (rounded % MINUTE_MS) / SECOND_MS;
   const parts = [];`;

/** One line per paragraph, since comments on GitHub show every line end. */
const SUMMARY = [
  'Fixed: `formatDuration` now carries rounded seconds into the next unit.',
  '**Why it failed.** Only the seconds were rounded, and only after hours and minutes had been cut off. So 59.6 s became `60s`, where the test expects `1m`.',
  '**What I changed.** `src/format-duration.js` rounds to whole seconds first and splits the result into units.',
  `**How it was checked.** \`${RUN_TESTS}\`: one of seven tests failed before the change, all seven pass after it.`,
].join('\n\n');

/**
 * Repairs the demo repository (`test/fixtures/demo-repository`) as a careful person would: looks, reproduces, reads,
 * edits, checks, reports. It stops as unexpected when the test is not red before, or not green after.
 */
export const fixFailingTest: Scenario = {
  name: 'fixFailingTest',
  steps: [
    {
      items: [
        reason('**Getting to know the repository**'),
        say('I will look at the repository and run its tests first.'),
        shell('find . -name .git -prune -o -type f -print | sort'),
      ],
    },
    { expect: /\.\/test\/format-duration\.test\.js/, items: [shell('cat AGENTS.md package.json')] },
    {
      expect: /node --test/,
      items: [plan({ [LOOK]: 'in_progress', [FIX]: 'pending', [CHECK]: 'pending' })],
    },
    { items: [shell(RUN_TESTS)] },
    {
      expect: /'60s' !== '1m'[^]*fail 1\b|fail 1\b[^]*'60s' !== '1m'/,
      items: [
        say('One test fails: 59.6 seconds are written as `60s` instead of `1m`. Now the code behind it.'),
        shell('cat src/format-duration.js'),
      ],
    },
    {
      expect: /Math\.round\(\(ms % MINUTE_MS\)/,
      items: [
        reason(
          '**Finding the cause**\n\nSeconds are rounded after minutes and hours were cut off, so the carry is lost.',
        ),
        say('The seconds are rounded on their own, after minutes and hours were taken. I will round once, before.'),
        plan({ [LOOK]: 'completed', [FIX]: 'in_progress', [CHECK]: 'pending' }),
      ],
    },
    { items: [patch(ROUND_ONCE)] },
    {
      expect: /M src\/format-duration\.js/,
      items: [plan({ [LOOK]: 'completed', [FIX]: 'completed', [CHECK]: 'in_progress' })],
    },
    { items: [shell(RUN_TESTS)] },
    {
      expect: /pass 7\b[^]*fail 0\b/,
      items: [plan({ [LOOK]: 'completed', [FIX]: 'completed', [CHECK]: 'completed' })],
    },
    { items: [say(SUMMARY)] },
  ],
};

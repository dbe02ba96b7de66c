import { defineConfig } from 'vitest/config';
import { runSettings } from './test/services/run-settings.ts';

/** Suites that take long or need a machine to themselves; each has a script of its own. */
const LONG = ['test/long/**', 'test/matrix/**', 'test/containment/**', 'test/cluster/**', 'test/strong/**'];

/** Flows with many runs each; `npm run test:long` plays them with all others, on Postgres and Redis. */
const LONG_FLOWS = [
  ...[
    'approval',
    'cancel',
    'commands-at-work',
    'follow-up',
    'life',
    'loop-guard',
    'outcomes',
    'plain-git',
    'rest',
    'tries',
    'unheard',
  ],
  ...[
    'context',
    'effects',
    'given-up',
    'intake',
    'limits',
    'repository-config',
    'repository-life',
    'review',
    'review-auto',
    'triggers',
  ],
].map((name) => `test/flow/${name}.test.ts`);

const DASHBOARD = `${import.meta.dirname}/dashboard/src/`;

export default defineConfig({
  // The names by which parts of the dashboard know each other; see dashboard/vite.config.ts.
  resolve: {
    alias: [
      { find: /^@\/lib\//, replacement: `${DASHBOARD}foundation/` },
      { find: /^@\//, replacement: DASHBOARD },
    ],
  },
  test: {
    ...runSettings,
    include: ['test/**/*.test.ts'],
    exclude: [...runSettings.exclude, ...LONG, ...LONG_FLOWS],
    maxWorkers: 2,
  },
});

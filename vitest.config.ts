import { defineConfig } from 'vitest/config';
import { runSettings } from './test/services/run-settings.ts';

/** Suites that take long or need a machine to themselves; each has a script of its own. */
const LONG = ['test/long/**', 'test/matrix/**', 'test/containment/**', 'test/cluster/**', 'test/strong/**'];

/** Flows with many runs each; `npm run test:long` plays them with all others, on Postgres and Redis. */
const LONG_FLOWS = [
  ...['approval', 'cancel', 'commands-at-work', 'follow-up', 'life', 'loop-guard', 'outcomes', 'unheard'],
  ...['context', 'effects', 'given-up', 'intake', 'limits', 'repository-life', 'review', 'review-auto', 'triggers'],
].map((name) => `test/flow/${name}.test.ts`);

export default defineConfig({
  test: {
    ...runSettings,
    include: ['test/**/*.test.ts'],
    exclude: [...runSettings.exclude, ...LONG, ...LONG_FLOWS],
    maxWorkers: 2,
  },
});

import { defineConfig } from 'vitest/config';
import { runSettings } from './test/services/run-settings.ts';

/** Suites that take long or need a machine to themselves; each has a script of its own. */
const LONG = ['test/long/**', 'test/containment/**', 'test/cluster/**', 'test/strong/**'];

/** Flows with many runs each; `npm run test:long` plays them with all others, on Postgres and Redis. */
const LONG_FLOWS = [
  ...['approval', 'follow-up', 'life', 'context', 'loop-guard'],
  ...['review', 'review-auto', 'gitlab', 'gitlab-approval', 'gitlab-review', 'gitlab-review-auto'],
].map((name) => `test/flow/${name}.test.ts`);

export default defineConfig({
  test: {
    ...runSettings,
    include: ['test/**/*.test.ts'],
    exclude: [...runSettings.exclude, ...LONG, ...LONG_FLOWS],
    maxWorkers: 2,
  },
});

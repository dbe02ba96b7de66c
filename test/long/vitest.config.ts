import { defineConfig } from 'vitest/config';
import { runSettings } from '../services/run-settings.ts';
import { LONG_SUITES } from './long-suites.ts';

/** What takes minutes: the flows once more on Postgres and Redis, every command by everybody, killed processes, an evil agent, the pages of the dashboard. */
export default defineConfig({
  test: {
    ...runSettings,
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/flow/**/*.test.ts', 'test/matrix/**/*.test.ts', 'test/long/**/*.test.ts', ...LONG_SUITES],
    maxWorkers: 2,
    hookTimeout: 600_000,
  },
});

import { defineConfig } from 'vitest/config';
import { runSettings } from '../services/run-settings.ts';

/** What takes minutes: the flows once more on Postgres and Redis, every command by everybody, and an engine that is restarted. */
export default defineConfig({
  test: {
    ...runSettings,
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/flow/**/*.test.ts', 'test/matrix/**/*.test.ts', 'test/long/**/*.test.ts'],
    maxWorkers: 2,
    hookTimeout: 600_000,
  },
});

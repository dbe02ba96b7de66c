import { defineConfig } from 'vitest/config';
import { runSettings } from '../services/run-settings.ts';

/** The suites of the profile `strong`; only `main.ts` starts them, since they need an engine and a network of their own. */
export default defineConfig({
  test: {
    ...runSettings,
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/strong/**/*.test.ts'],
    globalSetup: ['test/strong/global-setup.ts', ...runSettings.globalSetup],
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});

import { defineConfig } from 'vitest/config';
import { runSettings } from './test/services/run-settings.ts';

/** Suites that take long or need a machine to themselves; each has a script of its own. */
const LONG = ['test/long/**', 'test/containment/**', 'test/cluster/**', 'test/strong/**'];

export default defineConfig({
  test: {
    ...runSettings,
    include: ['test/**/*.test.ts'],
    exclude: [...runSettings.exclude, ...LONG],
    maxWorkers: 2,
  },
});

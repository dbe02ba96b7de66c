import { defineConfig } from 'vitest/config';
import { NOT_IN_NPM_TEST } from './test/long/long-suites.ts';
import { runSettings } from './test/services/run-settings.ts';

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
    exclude: [...runSettings.exclude, ...NOT_IN_NPM_TEST],
    maxWorkers: 2,
  },
});

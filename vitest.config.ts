import { defineConfig } from 'vitest/config';
import { leftOutReporter } from './test/services/left-out-reporter.ts';

const jsonReport = process.env['ASTRAFORGE_TEST_REPORT'];
const strict = (process.env['ASTRAFORGE_REQUIRE'] ?? '') !== '';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fixtures/**', '**/node_modules/**'],
    globalSetup: ['test/services/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
    reporters: ['default', leftOutReporter({ strict }), ...(jsonReport === undefined ? [] : ['json' as const])],
    ...(jsonReport === undefined ? {} : { outputFile: { json: jsonReport } }),
  },
});

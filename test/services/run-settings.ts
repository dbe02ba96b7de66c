import { leftOutReporter } from './left-out-reporter.ts';

const jsonReport = process.env['ASTRAFORGE_TEST_REPORT'];
const strict = (process.env['ASTRAFORGE_REQUIRE'] ?? '') !== '';

/** What every test run has, whichever files it takes: services looked for once, what was left out named, a report for CI. */
export const runSettings = {
  exclude: ['test/fixtures/**', '**/node_modules/**'],
  globalSetup: ['test/services/global-setup.ts'],
  pool: 'forks' as const,
  testTimeout: 120_000,
  hookTimeout: 180_000,
  teardownTimeout: 30_000,
  // A second, the default, is short where others use the machine.
  expect: { poll: { timeout: 10_000 } },
  reporters: ['default' as const, leftOutReporter({ strict }), ...(jsonReport === undefined ? [] : ['json' as const])],
  ...(jsonReport === undefined ? {} : { outputFile: { json: jsonReport } }),
};

const flows = (names: readonly string[]): string[] => names.map((name) => `test/flow/${name}.test.ts`);

/** Flows with many runs each. `npm run test:long` plays every flow, on Postgres and Redis. */
const LONG_FLOWS = flows([
  'alert-storm',
  'approval',
  'cancel',
  'commands',
  'commands-at-work',
  'context',
  'effects',
  'follow-up',
  'given-up',
  'incident-faults',
  'incidents',
  'intake',
  'life',
  'limits',
  'loop-guard',
  'outcomes',
  'plain-git',
  'proof',
  'proof-cut',
  'repository-config',
  'repository-life',
  'rest',
  'revert',
  'review',
  'review-auto',
  'tries',
  'triggers',
  'unheard',
]);

/** Suites outside the flows that take twenty seconds or more each; played with the long ones only. */
export const LONG_SUITES = [
  'test/app/connectors/connectors.test.ts',
  'test/app/core/usecases/intake/hear-unheard.test.ts',
  'test/dashboard/hostile.test.ts',
  'test/dashboard/incidents.test.ts',
  'test/dashboard/open-page.test.ts',
  'test/dashboard/pages.test.ts',
  'test/dashboard/run-log.test.ts',
  'test/dashboard/shell.test.ts',
  'test/deploy/embedded/replay.test.ts',
  'test/deploy/embedded/tenant.test.ts',
  'test/evil/evil-agent.test.ts',
  'test/process/apart.test.ts',
  'test/process/killed-in-proof.test.ts',
  'test/process/killed.test.ts',
  'test/process/outage.test.ts',
  'test/process/sandbox-restarted.test.ts',
  'test/sandbox/docker/contract.test.ts',
  'test/sandbox/kubernetes/main-job.test.ts',
  'test/sandbox/remote-contract.test.ts',
  'test/workers/agent/codex-cli.test.ts',
];

/** What `npm test` leaves to scripts of their own, so that it stays under a quarter of an hour on two cores. */
export const NOT_IN_NPM_TEST = [
  ...['long', 'matrix', 'containment', 'cluster', 'strong'].map((folder) => `test/${folder}/**`),
  ...LONG_FLOWS,
  ...LONG_SUITES,
];

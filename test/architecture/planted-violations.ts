/** One import that a rule must refuse. `to` is a path in the tree, a package, or a Node builtin (`node:…`). */
export interface PlantedViolation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** How it is written; `mutual-types` makes both files import a type of each other. */
  readonly as: 'import' | 'dynamic' | 'mutual-types';
}

/** A package that no package.json names, present on disk as a transitive one would be. */
export const UNDECLARED_PACKAGE = 'nobody-declared-me';
/** A package that is declared for development only. */
export const DEV_PACKAGE = 'only-for-development';

const row = (rule: string, from: string, to: string): PlantedViolation => ({ rule, from, to, as: 'import' });
const lazily = (violation: PlantedViolation): PlantedViolation => ({ ...violation, as: 'dynamic' });
const mutually = (violation: PlantedViolation): PlantedViolation => ({ ...violation, as: 'mutual-types' });

const core = [
  row('domain-is-pure', 'app/core/domain/a1.ts', 'app/core/ports/target.ts'),
  row('domain-is-pure', 'app/core/domain/a2.ts', 'zod'),
  row('contracts-reach', 'app/core/contracts/a1.ts', 'app/core/ports/target.ts'),
  row('ports-reach', 'app/core/ports/a1.ts', 'app/core/usecases/target.ts'),
  row('ports-reach', 'app/core/ports/a2.ts', 'zod'),
  row('usecases-reach', 'app/core/usecases/a1.ts', 'app/redis/target.ts'),
  row('usecases-reach', 'app/core/usecases/a2.ts', 'zod'),
  row('core-is-closed', 'app/core/domain/a3.ts', 'node:fs'),
  row('core-is-closed', 'app/core/usecases/a3.ts', 'node:crypto'),
  lazily(row('core-is-closed', 'app/core/registry.ts', 'prisma/target.ts')),
];

const rings = [
  row('adapters-skip-usecases', 'app/vcs/github/b1.ts', 'app/core/usecases/target.ts'),
  row('adapters-skip-usecases', 'app/vcs/gitlab/b1.ts', 'app/core/usecases/target.ts'),
  row('adapters-skip-usecases', 'prisma/b1.ts', 'app/core/usecases/target.ts'),
  row('adapters-skip-usecases', 'app/notices/b1.ts', 'app/core/usecases/target.ts'),
  row('adapters-skip-usecases', 'sandbox/b1.ts', 'app/core/usecases/target.ts'),
  row('adapters-skip-usecases', 'workers/git/b1.ts', 'app/core/usecases/target.ts'),
  row('adapters-apart', 'app/vcs/github/b2.ts', 'app/vcs/gitlab/target.ts'),
  row('adapters-apart', 'app/vcs/gitlab/b2.ts', 'app/vcs/github/target.ts'),
  row('adapters-apart', 'app/redis/b2.ts', 'prisma/target.ts'),
  row('adapters-apart', 'app/notices/b2.ts', 'app/connectors/target.ts'),
  lazily(row('adapters-apart', 'app/connectors/b2.ts', 'app/notices/target.ts')),
  row('adapters-apart', 'workers/agent/b2.ts', 'workers/gateway/target.ts'),
  row('adapters-apart', 'workers/gateway/b2.ts', 'app/telemetry/target.ts'),
  row('adapters-apart', 'workers/git/b2.ts', 'sandbox/client.ts'),
  lazily(row('adapters-apart', 'sandbox/b2.ts', 'app/telemetry/target.ts')),
  row('http-skips-adapters', 'app/http/b1.ts', 'app/vcs/github/target.ts'),
  row('queue-door-skips-adapters', 'workers/handlers.ts', 'workers/agent/target.ts'),
  row('queue-door-skips-adapters', 'workers/schedule.ts', 'prisma/target.ts'),
  row('sandbox-door-skips-adapters', 'sandbox/server.ts', 'sandbox/local.ts'),
  row('doors-are-ends', 'app/redis/b3.ts', 'app/http/target.ts'),
  row('doors-are-ends', 'sandbox/b3.ts', 'sandbox/server.ts'),
  row('config-is-alone', 'app/config.ts', 'app/redis/target.ts'),
  row('config-is-alone', 'app/config-parts.ts', 'node:http'),
  row('only-roots-configure', 'app/vcs/github/b4.ts', 'app/config.ts'),
  row('platform-reach', 'app/runtime.ts', 'app/core/usecases/target.ts'),
  row('platform-reach', 'app/runtime.ts', 'app/telemetry/target.ts'),
  row('platform-is-given', 'app/redis/b4.ts', 'app/runtime.ts'),
  row('only-roots-wire', 'app/http/b2.ts', 'app/redis/target.ts'),
  row('only-roots-wire', 'deploy/local/b1.mjs', 'prisma/target.ts'),
  row('roots-are-ends', 'app/redis/b5.ts', 'app/compose.ts'),
  row('roots-are-ends', 'workers/consumer.ts', 'workers/plugins.ts'),
  row('roots-are-ends', 'workers/gateway/b6.ts', 'workers/gateway-main.ts'),
  row('roots-are-ends', 'sandbox/b4.ts', 'deploy/embedded/target.ts'),
];

const processes = [
  row('app-not-workers', 'app/main.ts', 'workers/agent/target.ts'),
  row('sandbox-not-workers', 'sandbox/main.ts', 'workers/gateway/target.ts'),
  row('sandbox-by-client', 'workers/main.ts', 'sandbox/docker.ts'),
  lazily(row('sandbox-by-client', 'app/plugins.ts', 'sandbox/local.ts')),
  row('guest-side-is-alone', 'sandbox/image/c1.mjs', 'sandbox/target.ts'),
  row('dashboard-contracts-only', 'dashboard/src/c1.ts', 'app/core/domain/target.ts'),
  row('dashboard-is-an-end', 'app/http/c1.ts', 'dashboard/src/target.ts'),
  row('deploy-is-an-end', 'workers/main.ts', 'deploy/embedded/target.ts'),
  row('generated-client-in-prisma', 'app/compose.ts', 'prisma/generated/client.ts'),
  row('local-scripts-are-plain', 'deploy/local/c1.mjs', 'zod'),
];

const sdks = [
  row('sdk-github', 'app/http/d1.ts', 'probot'),
  row('sdk-github', 'workers/git/d1.ts', '@octokit/auth-app'),
  row('sdk-gitlab', 'app/vcs/github/d2.ts', '@gitbeaker/rest'),
  row('sdk-gitlab', 'workers/git/d2.ts', '@gitbeaker/requester-utils'),
  lazily(row('sdk-gitlab', 'app/main.ts', '@gitbeaker/core')),
  row('sdk-github', 'app/vcs/gitlab/d3.ts', '@octokit/rest'),
  row('sdk-queue', 'app/redis/d1.ts', 'bullmq'),
  row('sdk-queue', 'workers/schedule.ts', 'bullmq'),
  lazily(row('sdk-redis', 'workers/main.ts', 'ioredis')),
  row('sdk-prisma', 'app/compose.ts', '@prisma/client'),
  row('sdk-prisma', 'deploy/embedded/d1.ts', '@electric-sql/pglite'),
  row('sdk-postgres', 'workers/agent/d1.ts', 'pg'),
  row('sdk-docker', 'sandbox/local.ts', 'dockerode'),
  row('sdk-egress', 'workers/gateway/d3.ts', 'ipaddr.js'),
  row('sdk-yaml', 'workers/agent/d4.ts', 'yaml'),
  row('sdk-kubernetes', 'sandbox/docker.ts', '@kubernetes/client-node'),
  row('sdk-agents', 'workers/gateway/d1.ts', '@langchain/core'),
  row('sdk-hono', 'workers/gateway/d2.ts', 'hono'),
  row('sdk-models', 'workers/agent/d2.ts', 'openai'),
  row('sdk-policy', 'app/http/d2.ts', '@open-policy-agent/opa-wasm'),
  row('sdk-artifacts', 'app/compose.ts', '@aws-sdk/client-s3'),
  row('sdk-identity', 'app/http/d3.ts', 'openid-client'),
  row('sdk-mail', 'app/connectors/d1.ts', 'nodemailer'),
  lazily(row('sdk-mail', 'workers/compose.ts', 'nodemailer')),
  row('sdk-telemetry', 'app/main.ts', 'pino'),
  row('packages-are-claimed', 'app/llm/d1.ts', 'some-new-package'),
];

const anywhere = [
  mutually(row('no-cycles', 'app/core/domain/e1.ts', 'app/core/domain/e2.ts')),
  row('no-test-in-source', 'app/llm/e1.ts', 'test/fakes/target.ts'),
  row('no-test-in-source', 'app/llm/e2.ts', 'vitest'),
  row('no-junk-drawer', 'app/llm/e3.ts', 'app/llm/utils.ts'),
  row('no-junk-drawer', 'app/llm/e4.ts', 'app/llm/lib/target.ts'),
  row('no-junk-drawer', 'app/llm/e5.ts', 'app/llm/string-helpers.ts'),
  row('no-undeclared', 'app/llm/e6.ts', UNDECLARED_PACKAGE),
  row('no-unresolvable', 'app/llm/e7.ts', './nowhere.ts'),
  row('not-to-dev-dep', 'app/llm/e8.ts', DEV_PACKAGE),
];

/** At least one refused import for each rule of the import gate. */
export const PLANTED_VIOLATIONS: readonly PlantedViolation[] = [...core, ...rings, ...processes, ...sdks, ...anywhere];

import { DEV_PACKAGE } from './planted-violations.ts';

/** One import that the table of the design allows; `from` files here are planted nowhere else. */
export interface PermittedImport {
  readonly from: string;
  readonly to: string;
}

const row = (from: string, to: string): PermittedImport => ({ from, to });

/** What the import gate must let through, so that a rule cannot pass its own test by refusing everything. */
export const PERMITTED_IMPORTS: readonly PermittedImport[] = [
  row('app/core/contracts/ok.ts', 'app/core/domain/target.ts'),
  row('app/core/contracts/ok.ts', 'zod'),
  row('app/core/ports/ok.ts', 'app/core/contracts/target.ts'),
  row('app/core/usecases/ok.ts', 'app/core/ports/target.ts'),
  row('app/config-key.ts', 'node:crypto'),
  row('app/config-key.ts', 'zod'),
  row('app/platform.ts', 'app/core/ports/target.ts'),
  row('app/platform.ts', 'node:timers/promises'),
  row('app/vcs/github/ok.ts', 'app/core/ports/target.ts'),
  row('app/vcs/github/ok.ts', 'app/vcs/github/target.ts'),
  row('app/vcs/github/ok.ts', 'probot'),
  row('app/vcs/github/ok.ts', 'node:crypto'),
  row('app/vcs/gitlab/ok.ts', '@gitbeaker/rest'),
  row('app/vcs/gitlab/ok.ts', '@gitbeaker/requester-utils'),
  row('app/vcs/gitlab/ok.ts', 'zod'),
  row('app/redis/job-queue.ts', 'bullmq'),
  row('app/redis/ok.ts', 'ioredis'),
  row('app/notices/ok.ts', 'nodemailer'),
  row('app/notices/ok.ts', 'app/core/contracts/target.ts'),
  row('app/telemetry/ok.ts', 'pino'),
  row('app/http/ok.ts', 'app/core/usecases/target.ts'),
  row('app/http/ok.ts', 'hono'),
  row('prisma/ok.ts', 'prisma/generated/client.ts'),
  row('prisma/ok.ts', 'pg'),
  row('prisma/ok.ts', '@electric-sql/pglite'),
  row('prisma/ok.ts', 'zod'),
  row('workers/ok.ts', 'app/core/usecases/target.ts'),
  row('workers/gateway/ok.ts', 'node:http'),
  row('workers/gateway-main.ts', 'workers/gateway/target.ts'),
  row('workers/gateway-main.ts', 'app/config.ts'),
  row('workers/git/ok.ts', 'node:child_process'),
  row('sandbox/docker-guest.ts', 'dockerode'),
  row('sandbox/ok.ts', 'sandbox/target.ts'),
  row('sandbox/image/ok.mjs', 'node:net'),
  row('deploy/embedded/ok.ts', 'app/main.ts'),
  row('deploy/embedded/ok.ts', 'workers/compose.ts'),
  row('deploy/embedded/ok.ts', 'sandbox/main.ts'),
  row('deploy/embedded/ok.ts', 'prisma/target.ts'),
  row('deploy/local/ok.mjs', 'node:fs'),
  row('dashboard/src/ok.ts', 'app/core/contracts/target.ts'),
  row('dashboard/vite.config.ts', DEV_PACKAGE),
  row('test/ok.test.ts', 'workers/agent/target.ts'),
  row('test/ok.test.ts', '@octokit/rest'),
  row('test/ok.test.ts', 'vitest'),
];

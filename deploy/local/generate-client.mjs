import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, isStamped } from './digest.mjs';
import { runStep } from './run-step.mjs';

const GENERATE_TIMEOUT_MS = 2 * 60_000;
const SCHEMA = 'prisma/schema.prisma';
const CONFIG = 'prisma/prisma.config.ts';
const GENERATOR = 'node_modules/prisma/package.json';

/** Whether prisma/generated was made from today's schema by today's generator; true as well when there is no schema. */
export function clientIsGenerated(root) {
  return !existsSync(join(root, SCHEMA)) || isStamped(stampPath(root), wantedDigest(root));
}

/**
 * Generates the database client. No engine is downloaded for it: naming any file that exists as the schema engine is enough,
 * since `generate` never starts it (seen with Prisma 7.10.0). Nothing that touches a database may be run in this way.
 */
export async function generateClient(root) {
  await runStep({
    title: 'Generating the database client',
    program: process.execPath,
    args: [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--config', join(root, CONFIG)],
    cwd: root,
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
    timeoutMs: GENERATE_TIMEOUT_MS,
    remedy: `Look at ${SCHEMA}; when it is unchanged, remove node_modules and run the command again.`,
  });
  writeFileSync(stampPath(root), wantedDigest(root));
}

function stampPath(root) {
  return join(root, 'prisma/generated/.astraforge-stamp');
}

function wantedDigest(root) {
  const sources = [SCHEMA, CONFIG, GENERATOR].map((path) => join(root, path));
  return digestOf(sources.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')));
}

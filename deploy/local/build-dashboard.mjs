import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { digestOf, isStamped } from './digest.mjs';
import { runStep } from './run-step.mjs';

const TIMEOUT_MS = 5 * 60_000;
const DASHBOARD = 'dashboard';
/** What the API's description is made of, and with it the dashboard's client. */
const API = ['app/http/api', 'app/core/contracts', 'app/core/domain', 'deploy/embedded/write-openapi.ts'];
const LOCK = 'package-lock.json';
const MADE = new Set(['node_modules', 'dist', 'generated']);
const REMEDY =
  'What it said above names the file at fault; when nothing was changed, remove node_modules and try again.';

/** Whether dashboard/dist was made from today's sources; true as well when there is no dashboard. */
export function dashboardIsBuilt(root) {
  return !existsSync(join(root, DASHBOARD, 'package.json')) || isStamped(stampPath(root), wantedDigest(root));
}

/** Generates the API's client from the API's own description, then builds the dashboard with it. */
export async function buildDashboard(root) {
  const generated = join(root, DASHBOARD, 'src/generated');
  rmSync(generated, { recursive: true, force: true });
  const node = (title, args) =>
    runStep({
      title,
      program: process.execPath,
      args,
      cwd: root,
      env: process.env,
      timeoutMs: TIMEOUT_MS,
      remedy: REMEDY,
    });
  await node('Describing the API', [...typeLoader(root), join(root, 'deploy/embedded/write-openapi.ts')]);
  await node('Generating the client of the dashboard', [
    join(root, 'node_modules/@hey-api/openapi-ts/bin/run.js'),
    '--file',
    join(root, DASHBOARD, 'openapi-ts.config.ts'),
  ]);
  leaveUnchecked(join(generated, 'client'));
  await node('Building the dashboard', [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    '--config',
    join(root, DASHBOARD, 'vite.config.ts'),
    '--logLevel',
    'warn',
  ]);
  writeFileSync(stampPath(root), wantedDigest(root));
}

/** Generated code keeps to rules of its own; what we do with its types is checked all the same. */
function leaveUnchecked(folder) {
  for (const file of filesIn(folder)) writeFileSync(file, `// @ts-nocheck\n${readFileSync(file, 'utf8')}`);
}

/** Node 24 strips types by itself; an image has no loader, a checkout may have an older Node. */
function typeLoader(root) {
  return existsSync(join(root, 'node_modules/tsx')) ? ['--import', 'tsx'] : [];
}

function stampPath(root) {
  return join(root, DASHBOARD, 'dist/.astraforge-stamp');
}

function wantedDigest(root) {
  const files = [DASHBOARD, ...API, LOCK]
    .flatMap((path) => filesIn(join(root, path)))
    .toSorted((a, b) => (a < b ? -1 : 1));
  return digestOf(files.flatMap((file) => [relative(root, file), readFileSync(file, 'utf8')]));
}

/** The file itself, or every file below a directory but what is made there. */
function filesIn(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [path];
  const names = readdirSync(path).filter((name) => !MADE.has(name));
  return names.flatMap((name) => filesIn(join(path, name)));
}

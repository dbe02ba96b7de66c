import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard, dashboardIsBuilt } from './build-dashboard.mjs';
import { clientIsGenerated, generateClient } from './generate-client.mjs';
import { installPackages, packagesAreInstalled } from './install-packages.mjs';
import { withLock } from './with-lock.mjs';

/** Does what is left to do in the checkout that holds this file; throws with what to do when that fails. */
export async function setUp() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (!isSetUp(root)) await withLock(join(root, '.astraforge', 'prepare.lock'), () => work(root));
  warnWithoutCodex(root);
}

function isSetUp(root) {
  return packagesAreInstalled(root) && clientIsGenerated(root) && dashboardIsBuilt(root);
}

/** Asks again, since another process may have done it all while this one waited for its turn. */
async function work(root) {
  if (!packagesAreInstalled(root)) await installPackages(root);
  if (!clientIsGenerated(root)) await generateClient(root);
  if (!dashboardIsBuilt(root)) await buildDashboard(root);
}

/** The agent's program is an optional package, made for some platforms only; all else works without it. */
function warnWithoutCodex(root) {
  const platform = `${process.platform}-${process.arch}`;
  if (existsSync(join(root, 'node_modules', '@openai', `codex-${platform}`))) return;
  process.stderr.write(
    `warning: no Codex binary for ${platform} is installed, so the agent cannot run here. It is published for Linux,\n` +
      'macOS and Windows on x64 and arm64; there, npm install --include=optional brings it.\n',
  );
}

import { spawnSync } from 'node:child_process';

const NODE_MIN = [20, 19];
/** The first release whose `merge-tree` merges without a working tree, by which commits of others are kept. */
const GIT_MIN = [2, 38];
const VERSION_TIMEOUT_MS = 10_000;

/** What this machine lacks, one text per fault with what to do about it; empty when it has all. */
export function missingTools({ nodeVersion = process.versions.node, git = 'git' } = {}) {
  return [nodeFault(nodeVersion), gitFault(git)].filter((fault) => fault !== undefined);
}

function nodeFault(version) {
  if (isAtLeast(version, NODE_MIN)) return undefined;
  return `Node.js ${NODE_MIN.join('.')} or newer is needed, this is ${version}. Get one from https://nodejs.org/ or with a\nversion manager, for example: nvm install 24`;
}

function gitFault(git) {
  const asked = spawnSync(git, ['--version'], { encoding: 'utf8', timeout: VERSION_TIMEOUT_MS });
  const how = 'Install it with your package manager, for example: apt-get install git';
  if (asked.status !== 0) return `git ${GIT_MIN.join('.')} or newer is needed, and no git was found. ${how}`;
  const version = String(/\d+\.\d+[.\d]*/.exec(asked.stdout));
  if (isAtLeast(version, GIT_MIN)) return undefined;
  return `git ${GIT_MIN.join('.')} or newer is needed, this is ${version}. ${how}`;
}

function isAtLeast(version, [majorMin, minorMin]) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

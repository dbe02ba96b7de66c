import { accessSync, constants, existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#core/domain/errors.ts';
import { findCodexPackage } from '../codex-package.ts';

/** What of the host a local guest is made from. All paths are on the host. */
export interface LocalTools {
  /** Where a bubblewrap is: the system's, then the one in the Codex package. Not every one may make namespaces. */
  readonly bwraps: readonly string[];
  readonly codexRoot: string;
  readonly node: string;
  /** npm's own directory beside the running node, when there is one. */
  readonly npm: string | null;
  /** `image/forward.mjs` and what it imports. */
  readonly forwarder: readonly string[];
  /** `/bin`, `/lib` … as they are here: a link into /usr, or a directory of its own. */
  readonly topLevel: readonly TopLevelEntry[];
}

/** One directory of the root file system; `link` is null for a real directory. */
export interface TopLevelEntry {
  readonly path: string;
  readonly link: string | null;
}

const TOP_LEVEL = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const FORWARDER_FILES = ['forward.mjs', 'doors.mjs'];
const GUEST_SYSTEM_ROOT = '/usr/';

/**
 * Finds everything; programs on `searchPath`, which is written like PATH.
 * Throws AppError `unavailable` with what to do when something is missing.
 */
export function findLocalTools(searchPath: string): LocalTools {
  if (process.platform !== 'linux') {
    throw new AppError('unavailable', 'The local provisioner needs Linux. Start Docker, or set PROVISIONER=docker.');
  }
  const codexRoot = findCodexPackage().root;
  requireInUsr('git', searchPath);
  const node = realpathSync(process.execPath);
  const npm = join(dirname(node), '..', 'lib', 'node_modules', 'npm');
  return {
    bwraps: [findProgram('bwrap', searchPath), join(codexRoot, 'codex-resources', 'bwrap')].filter(
      (path) => path !== null,
    ),
    codexRoot,
    node,
    npm: existsSync(join(npm, 'bin', 'npm-cli.js')) ? realpathSync(npm) : null,
    forwarder: FORWARDER_FILES.map((name) => fileURLToPath(new URL(`../image/${name}`, import.meta.url))),
    topLevel: TOP_LEVEL.flatMap(readTopLevel),
  };
}

/** A guest sees of the host's programs only /usr (and what /bin and /sbin hold). */
function requireInUsr(program: string, searchPath: string): void {
  const inGuest = searchPath.split(':').filter((directory) => /^\/(usr\/|bin|sbin)/.test(`${directory}/`));
  if (findProgram(program, [...inGuest, `${GUEST_SYSTEM_ROOT}bin`].join(':')) !== null) return;
  throw new AppError(
    'unavailable',
    `The local provisioner needs ${program} under /usr. Install ${program} with the system's packages.`,
  );
}

function findProgram(name: string, searchPath: string): string | null {
  for (const directory of searchPath.split(':').filter((entry) => entry.startsWith('/'))) {
    const candidate = join(directory, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      continue;
    }
  }
  return null;
}

function readTopLevel(path: string): TopLevelEntry[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return [{ path, link: found.isSymbolicLink() ? readlinkSync(path) : null }];
}

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { GuestCommand } from '#core/ports/provisioner.ts';
import { FORWARDER_PATH, GUEST_ENV, GUEST_HOST_NAME, GUEST_PATHS, GUEST_USER_ID } from '../guest-layout.ts';
import { LOCAL_PROCESSES_MAX, OPEN_FILES_MAX } from '../limits.ts';
import type { LocalDirectories } from './directory.ts';
import type { LocalTools } from './tools.ts';

/** One confined command: `args` go to bwrap through a file descriptor, `argv` on its command line. */
export interface ConfinedCommand {
  readonly args: readonly string[];
  readonly argv: readonly string[];
}

/** What every command of one guest is confined with. */
export interface Confinement {
  readonly tools: LocalTools;
  /** The one of `tools.bwraps` that is used. */
  readonly bwrap: string;
  readonly directories: LocalDirectories;
  /** Host directory of the run's sockets. */
  readonly socketDirectory: string;
  readonly fileBytesMax: number;
  /** The provisioner runs as root and can become user 10001 for real. */
  readonly privileged: boolean;
}

const BIN = '/opt/astraforge/bin';
const INNER_BWRAP = '/opt/astraforge/bwrap';
const ULIMIT_BLOCK_BYTES = 512;
const READ_ONLY_ETC = [
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
];

/**
 * How bubblewrap is called for one command: namespaces of its own for processes, ipc, network, host name, cgroups and
 * mounts; a root file system of read-only pieces; and as user 10001 in a user namespace that can make no further ones.
 *
 * As an ordinary user one bwrap does it all. As root, an outer one (without a user namespace, so that it may read what it
 * binds) sets the mounts up, `setpriv` becomes the real user 10001, and an inner one adds the user namespace: an agent
 * is never the host's root under another name.
 */
export function confine(confinement: Confinement, command: GuestCommand): ConfinedCommand {
  const { privileged } = confinement;
  const user = ['--unshare-user', '--disable-userns', '--uid', String(GUEST_USER_ID), '--gid', String(GUEST_USER_ID)];
  const outerUser = privileged ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'] : user;
  const become = [
    '--reuid',
    String(GUEST_USER_ID),
    '--regid',
    String(GUEST_USER_ID),
    '--clear-groups',
    '--inh-caps=-all',
  ];
  const inner = privileged ? ['setpriv', ...become, '--', INNER_BWRAP, ...user, '--dev-bind', '/', '/', '--'] : [];
  const forwarder = command.offline === true ? [] : ['node', FORWARDER_PATH, '--'];
  return {
    args: [...outerUser, ...namespaces(), ...mounts(confinement), ...environment(command)],
    argv: [
      ...inner,
      '/bin/sh',
      '-c',
      limits(confinement),
      command.cwd ?? GUEST_PATHS.workspace,
      ...forwarder,
      ...command.argv,
    ],
  };
}

function namespaces(): string[] {
  const unshared = ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'];
  return [...unshared, '--hostname', GUEST_HOST_NAME, '--die-with-parent', '--new-session'];
}

function mounts({ tools, bwrap, directories, socketDirectory, privileged }: Confinement): string[] {
  const topLevel = tools.topLevel.flatMap((entry) =>
    entry.link === null ? ['--ro-bind', entry.path, entry.path] : ['--symlink', entry.link, entry.path],
  );
  const npm = tools.npm === null ? [] : ['--ro-bind', tools.npm, '/opt/astraforge/npm'];
  const npmLinks =
    tools.npm === null ? [] : [...program('../npm/bin/npm-cli.js', 'npm'), ...program('../npm/bin/npx-cli.js', 'npx')];
  const python = existsSync('/usr/bin/python') ? [] : program('/usr/bin/python3', 'python');
  return [
    ...['--ro-bind', '/usr', '/usr', ...topLevel],
    ...['/etc', '/etc/ssl', '/opt', '/opt/astraforge', BIN, '/home', '/run'].flatMap((path) => ['--dir', path]),
    ...READ_ONLY_ETC.flatMap((path) => ['--ro-bind-try', path, path]),
    ...directories.etcFiles.flatMap((name) => ['--ro-bind', join(directories.etc, name), `/etc/${name}`]),
    ...['--ro-bind', tools.codexRoot, '/opt/codex', '--ro-bind', tools.node, `${BIN}/node`, ...npm],
    ...tools.forwarder.flatMap((path) => ['--ro-bind', path, join(dirname(FORWARDER_PATH), basename(path))]),
    ...(privileged ? ['--ro-bind', bwrap, INNER_BWRAP] : []),
    ...[...program('/opt/codex/codex-path/rg', 'rg'), ...npmLinks, ...python],
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--bind', directories.temporary, '/tmp', '--bind', directories.home, GUEST_PATHS.home],
    ...['--bind', directories.workspace, GUEST_PATHS.workspace, '--ro-bind', socketDirectory, GUEST_PATHS.sockets],
    ...['--remount-ro', '/'],
  ];
}

function program(target: string, name: string): string[] {
  return ['--symlink', target, `${BIN}/${name}`];
}

function environment(command: GuestCommand): string[] {
  const variables = Object.entries({ ...GUEST_ENV, ...command.env });
  return ['--clearenv', ...variables.flatMap(([key, value]) => ['--setenv', key, value])];
}

/** Runs `"$@"` in the directory `$0` within what a shell can limit without cgroups. `-p` is dash's name of RLIMIT_NPROC. */
function limits({ fileBytesMax }: Confinement): string {
  const blocks = Math.ceil(fileBytesMax / ULIMIT_BLOCK_BYTES);
  const processes = `{ ulimit -p ${LOCAL_PROCESSES_MAX} || ulimit -u ${LOCAL_PROCESSES_MAX}; } 2>/dev/null`;
  return `cd -- "$0" || exit 126; unset OLDPWD; ulimit -n ${OPEN_FILES_MAX}; ulimit -c 0; ulimit -f ${blocks}; ${processes}; exec "$@"`;
}

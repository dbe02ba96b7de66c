import { DAEMON_ARGV } from '../daemon/channel.ts';
import { GUEST_ENV } from '../guest-layout.ts';
import { OPEN_FILES_MAX } from '../limits.ts';

const [INIT_PATH, , , DAEMON_PATH] = DAEMON_ARGV;
/** Seconds in which the daemon has to appear, and after which a pod that lost it is noticed. */
const DAEMON_APPEARS_SEC = 120;
const LOOK_EVERY_SEC = 3;
const SHELL_BLOCK_BYTES = 512;
/** Variables of the cluster's API server, and those that a runtime and a shell set. */
const ADDED = /^(?:KUBERNETES_.*|HOSTNAME|PWD|OLDPWD|SHLVL|_)$/;

const CLEAN = `env -i ${Object.entries(GUEST_ENV)
  .map(([key, value]) => `${key}=${value}`)
  .join(' ')}`;
const LIMITS = `ulimit -c 0; ulimit -n ${OPEN_FILES_MAX}`;

/**
 * Waits for the daemon and ends with it, using shell builtins only, so that nothing it does looks like a process an agent
 * left behind: a pod whose owner died ends by itself, and its terminal state is what reaping removes.
 */
const WATCH_DAEMON = `
exec 9<> <(:)
look() {
  for file in /proc/[0-9]*/cmdline; do
    { IFS= read -rd "" program; IFS= read -rd "" script; } <"$file" && [ "$script" = ${DAEMON_PATH} ] && return 0
  done 2>/dev/null
  return 1
}
until look || [ "$SECONDS" -gt ${DAEMON_APPEARS_SEC} ]; do read -rt 0.2 -u 9; done
while look; do read -rt ${LOOK_EVERY_SEC} -u 9; done
exit 0`;

/**
 * Main process of a pod: an init that collects orphans, above the watch. Its output goes nowhere, so that an agent cannot
 * write to the node's log through it, and its environment has none of the cluster's addresses.
 */
export const MAIN_COMMAND: readonly string[] = [
  '/bin/sh',
  '-c',
  `exec </dev/null >/dev/null 2>&1; ${LIMITS}; exec ${CLEAN} ${INIT_PATH} -- bash -c "$0"`,
  WATCH_DAEMON,
];

/**
 * Starts the daemon in a running pod, below the limits that a pod's specification cannot express. A file size is one of
 * them: the kubelet mounts a writable file of the node into every container (`/dev/termination-log`). First it prints the
 * environment it was given on stderr, for {@link imageVariables}.
 */
export function daemonCommand(fileBytesMax: number): readonly string[] {
  const blocks = Math.ceil(fileBytesMax / SHELL_BLOCK_BYTES);
  const say = `{ env -0; printf '\\0'; } >&2`;
  return ['/bin/sh', '-c', `${say}; ${LIMITS}; ulimit -f ${blocks}; exec ${CLEAN} node ${DAEMON_PATH}`];
}

/** Where what {@link daemonCommand} prints first ends; -1 while more is to come. */
export function endOfEnvironment(stderr: Buffer): number {
  const end = stderr.indexOf('\0\0');
  return end === -1 ? -1 : end + 2;
}

/** What an image sets for its programs, out of what {@link daemonCommand} printed: not what the cluster or a shell adds. */
export function imageVariables(environment: Buffer): Record<string, string> {
  const pairs = environment
    .toString('utf8')
    .split('\0')
    .map((entry) => /^([A-Za-z_][A-Za-z0-9_]*)=([^]*)$/.exec(entry));
  const found = pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? '', pair[2] ?? ''] as const]));
  return Object.fromEntries(found.filter(([name]) => !ADDED.test(name)));
}

import { FORWARDER_PORT } from './guest-layout.ts';

/** Prefix of the word by which a running command is found again inside its container. */
export const EXEC_TOKEN_PREFIX = 'exec-';

const PORT_HEX = FORWARDER_PORT.toString(16).toUpperCase().padStart(4, '0');

/**
 * Runs `"$@"` in the directory `$1`, the exec's token being `$0`, and leaves no process of it behind.
 *
 * The engine's own init runs once more as a subreaper (`-s`), so every process the command starts, detached or not, stays
 * below it. When it ends, or is killed by {@link KILL_SCRIPT}, what is left falls to process 1; there the only child
 * that belongs is the first one, the forwarder, so all others are killed until none is left. Only shell builtins are
 * used for that: a full process table cannot stop it. (The kernel's list has no newline, so \`read\` fails and still reads.) An unknown program ends with 127 and a line on stderr, where a
 * bare `docker exec` would answer 126 with the engine's text on stdout.
 */
export const EXEC_SCRIPT = `
cd -- "$1" || exit 126
shift
unset HOSTNAME OLDPWD
tries=0
door=
while [ -z "$door" ] && [ "$tries" -lt 300 ]; do
  while read -r _ local _ state _; do
    [ "$local/$state" = 0100007F:${PORT_HEX}/0A ] && door=open
  done </proc/net/tcp
  [ -n "$door" ] || sleep 0.01
  tries=$((tries + 1))
done
/sbin/docker-init -s -- "$@"
code=$?
tries=0
while orphans=; read -r _ orphans </proc/1/task/1/children; [ -n "$orphans" ] && [ "$tries" -lt 5000 ]; do
  kill -KILL $orphans 2>/dev/null
  tries=$((tries + 1))
done
exit "$code"`;

/**
 * Kills the command whose token ends in `$1`: the subreaper goes, its descendants fall to process 1, and the still
 * waiting {@link EXEC_SCRIPT} removes them there. The bracket keeps the search from finding itself.
 */
export const KILL_SCRIPT = `
for file in $(grep -lsa "${EXEC_TOKEN_PREFIX.slice(0, 3)}[${EXEC_TOKEN_PREFIX.slice(3, 4)}]${EXEC_TOKEN_PREFIX.slice(4)}$1" /proc/[0-9]*/cmdline); do
  pid=\${file#/proc/}
  pid=\${pid%/cmdline}
  child=
  read -r child <"/proc/$pid/task/$pid/children"
  [ -n "$child" ] && kill -KILL $child && exit 0
done
exit 1`;

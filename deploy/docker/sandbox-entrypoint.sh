#!/bin/sh
# Makes the two directories of sockets those of user 10002, which workers and sandbox share, and becomes that user, with the
# group that the engine's socket has on this machine. Started as another user, it changes nothing.
set -eu
owner=10002
engine=/var/run/docker.sock
if [ "$(id -u)" = 0 ]; then
  for directory in "$SOCKET_DIRECTORY" "$(dirname "$SANDBOX_SOCKET")"; do
    mkdir -p "$directory"
    chown "$owner:$owner" "$directory"
  done
  exec setpriv --reuid="$owner" --regid="$owner" --groups="$(stat -c %g "$engine")" -- "$@"
fi
exec "$@"

import { GUEST_PATHS } from './guest-layout.ts';

import { FORGET_LEFT_OVERS } from './set-up/scripts.ts';

/** Address that `origin` has inside: it resolves nowhere (RFC 2606), and no platform's address goes in. */
const PLACEHOLDER_ORIGIN = 'https://origin.invalid/repository.git';

/** Who commits inside, until the publisher makes the real commit. */
const AGENT_NAME = 'AstraForge agent';
const AGENT_EMAIL = 'agent@astraforge.invalid';

/** Index of the untouched checkout; it knows what every file looked like, so that only touched files are read again. */
const BASE_INDEX = '"$HOME/.astraforge/base-index"';

/**
 * In the empty directory it starts in: makes a repository of the bundle on stdin (commit `$1`, branch `$2`), checks the
 * commit out and keeps the index of that moment. The bundle is never stored; its header goes to git, its pack to disk.
 * The inner `cat` gives git a pipe of the guest's own user, which `/dev/stdin` needs. In a pod the directory belongs to
 * root, so git has to be told that it is safe.
 */
export const LOAD_SCRIPT = `
set -eu
umask 022
export GIT_CONFIG_NOSYSTEM=1
git init -q --template= -b "$2" .
cat >>.git/config <<'CONFIG'
[remote "origin"]
	url = ${PLACEHOLDER_ORIGIN}
	fetch = +refs/heads/*:refs/remotes/origin/*
CONFIG
cat >"$HOME/.gitconfig" <<'CONFIG'
[user]
	name = ${AGENT_NAME}
	email = ${AGENT_EMAIL}
[gc]
	auto = 0
[safe]
	directory = ${GUEST_PATHS.workspace}
CONFIG
cat | git bundle unbundle /dev/stdin >/dev/null
printf 'create refs/heads/%s %s\\ncreate refs/remotes/origin/%s %s\\n' "$2" "$1" "$2" "$1" | git update-ref --stdin
git reset -q --hard
mkdir -p "$HOME/.astraforge"
cp -p .git/index ${BASE_INDEX}
printf %s "$1" >"$HOME/.astraforge/base-sha"`;

/**
 * Prints the difference between commit `$1` and the files in the current directory. Nothing the agent can configure
 * takes part: git gets a directory, index and configuration of its own and only borrows the agent's objects, so staged
 * state, hooks, filters, text conversions, file monitors and attributes outside the tree do not matter. The base index
 * keeps its time stamp (\`cp -p\`), on which git's detection of files changed in the same instant rests.
 */
export const COLLECT_SCRIPT = `
set -eu
own=$(mktemp -d /tmp/astraforge-collect.XXXXXX)
trap 'rm -rf "$own"' EXIT
mkdir -p "$own/objects/info" "$own/refs"
printf '%s/.git/objects\\n' "$PWD" >"$own/objects/info/alternates"
printf 'ref: refs/heads/none\\n' >"$own/HEAD"
printf '[core]\\n\\trepositoryformatversion = 0\\n\\tfilemode = true\\n\\tbare = false\\n' >"$own/config"
if [ "$(cat "$HOME/.astraforge/base-sha" 2>/dev/null)" = "$1" ] && [ -f ${BASE_INDEX} ]; then
  cp -p ${BASE_INDEX} "$own/index"
fi
notes="$HOME/.astraforge"
export GIT_DIR="$own" GIT_WORK_TREE="$PWD" GIT_INDEX_FILE="$own/index" HOME="$own" XDG_CONFIG_HOME="$own"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1 GIT_NO_REPLACE_OBJECTS=1
[ -f "$own/index" ] || git read-tree "$1"
git add -A --ignore-errors . >&2 || [ $? -eq 1 ]
${FORGET_LEFT_OVERS}
git diff --cached --binary --full-index --no-ext-diff --no-textconv --no-color -M "$1" --`;

/** Git that heeds no hook, no file monitor and no other work tree; what runs inside could have configured all three. */
const PLAIN_GIT = 'git --git-dir=.git --work-tree=. -c core.hooksPath=/dev/null -c core.fsmonitor=false';

/** Where the host's own notes about a workspace are, beside what `LOAD_SCRIPT` puts there. */
const NOTES = '"$HOME/.astraforge"';

/** Files that set-up left and git does not ignore, NUL-separated; see {@link FORGET_LEFT_OVERS}. */
const LEFT_OVERS = 'set-up-left';

/** Its time stamp is the end of set-up. */
const STAMP = 'set-up-ended';

/**
 * Puts the tracked files of commit `$1` back, whatever was done to them, and prints the names of those that differed,
 * each with a zero byte (at most 64 KiB). Starts from the index of the untouched checkout, so that neither staging nor
 * `assume-unchanged` hides anything and only touched files are written. What set-up staged as new stays as a loose file.
 * Then notes which files git would take for the agent's work. A tick of the file system's clock has to pass after that.
 * How Codex works is not set-up's to say, so what it left in Codex' directory goes.
 */
export const SETTLE_SCRIPT = `
set -eu
rm -f .git/index.lock
if ! cp -p ${NOTES}/base-index .git/index 2>/dev/null; then
  rm -f .git/index
  ${PLAIN_GIT} read-tree "$1"
fi
${PLAIN_GIT} diff --name-only -z --no-ext-diff --no-textconv --no-renames "$1" -- | head -c 65536
${PLAIN_GIT} reset -q --hard "$1"
rm -rf "$HOME/.codex"
mkdir -p ${NOTES}
${PLAIN_GIT} ls-files --others --exclude-per-directory=.gitignore -z >${NOTES}/${LEFT_OVERS}
: >${NOTES}/${STAMP}
sleep 0.02`;

/**
 * Part of collecting, after everything was staged and while `$notes` is the directory of {@link SETTLE_SCRIPT}'s notes: takes
 * back what set-up had left and nobody touched since, for it is no work of the agent's.
 */
export const FORGET_LEFT_OVERS = `
if [ -s "$notes/${LEFT_OVERS}" ] && [ -f "$notes/${STAMP}" ]; then
  sed -z 's|/$||; s|^|./|' "$notes/${LEFT_OVERS}" |
    xargs -0 -r sh -c 'stamp=$0; exec find "$@" -maxdepth 0 ! -cnewer "$stamp" -print0' "$notes/${STAMP}" 2>/dev/null |
    git update-index -z --force-remove --stdin
fi`;

/** Exit code of {@link SAVE_SCRIPT} when set-up fetched submodules, which live in `.git` and are not archived. */
export const EXIT_SUBMODULES = 46;

/**
 * Prints an archive of what is not tracked in the workspace, ignored or not, and of the home directory. Names in it are
 * relative to the root. Left out: our notes, which belong to this run. Zstandard where there is one.
 */
export const SAVE_SCRIPT = `
set -eu -o pipefail
if [ -d .git/modules ] && [ -n "$(ls -A .git/modules)" ]; then exit ${EXIT_SUBMODULES}; fi
room=\${PWD#/} home=\${HOME#/}
compress() { if command -v zstd >/dev/null; then zstd -q -1 -T0 -c; else gzip -1 -c; fi; }
{
  ${PLAIN_GIT} ls-files --others --directory -z | sed -z "s|^|$room/|"
  cd / && find "$home" -mindepth 1 -maxdepth 1 ! -name .astraforge -print0
} | tar --create --file - --directory / --null --files-from - | compress`;

/**
 * Unpacks such an archive from stdin; `$1` says how it is compressed. Absolute names, `..` and links out are tar's to refuse;
 * owners and set-user bits are not taken over. Whatever it holds, this user can write nothing but its own places.
 */
export const RESTORE_SCRIPT = `
set -eu -o pipefail
umask 0
case "$1" in zstd) zstd -q -d -c ;; *) gzip -d -c ;; esac |
  tar --extract --file - --directory / --no-same-owner --no-same-permissions --no-overwrite-dir`;

/** Removes what an archive left that could not be unpacked whole: everything but the checkout of commit `$1`. */
export const CLEAN_SCRIPT = `
set -eu
find . "$HOME" -mindepth 1 -type d ! -perm -700 -exec chmod u+rwx {} + 2>/dev/null || true
cp -p ${NOTES}/base-index .git/index
${PLAIN_GIT} reset -q --hard "$1"
${PLAIN_GIT} clean -q -ffdx
find "$HOME" -mindepth 1 -maxdepth 1 ! -name .astraforge ! -name .gitconfig -exec rm -rf {} +`;

import { say, shell, type Scenario } from './scenario.ts';

const PROCESSES = `env
for process in /proc/[0-9]*; do
  tr '\\0' '\\n' < $process/environ
  tr '\\0' ' ' < $process/cmdline
  echo
done 2>/dev/null`;

const SURROUNDINGS = `cat /proc/self/mountinfo /proc/net/unix /proc/net/tcp
git config --list --show-origin
git remote --verbose
git log --all --max-count=3
find .git -type f -not -path '*/objects/*' -exec head -c 4096 {} +`;

/** Where a workspace may keep files that are not the system's; the likeliest first, for Codex keeps about 1 MiB of an output. */
const PLACES = '"$CODEX_HOME" "$HOME" /run /tmp /etc . /workspace /home /root /var /srv /mnt /opt';

const SMALL_FILES = `find ${PLACES} -xdev -type f -size -64k -not -path '*/.git/objects/*' -print -exec head -c 4096 {} \\; 2>/dev/null |
  head -c 900000`;

/** Model keys, tokens of GitHub and GitLab, JSON web tokens, private keys. */
const KEYS =
  'sk-[A-Za-z0-9_-]{20,}|gh[a-z]_[A-Za-z0-9]{20,}|glpat-[A-Za-z0-9_-]{20}|eyJ[A-Za-z0-9_-]{20,}|BEGIN [A-Z ]*PRIVATE KEY';

const KEY_SEARCH = `find / -regextype posix-extended -regex '/(proc|sys|dev|usr|bin|sbin|lib|lib64)' -prune -o -type f -size -2048k \\
  -exec env LC_ALL=C grep --text --only-matching --with-filename --extended-regexp '${KEYS}' {} + 2>/dev/null |
  head -c 900000
echo searched`;

/**
 * Prints all that the agent can see around it, so that a secret within its reach would be in the log: environment and
 * command line of every process, mounts, sockets, Git's settings, small files, and keys in any file but the system's.
 * Only for a confined workspace: anywhere else it prints the secrets of the machine.
 */
export const secretsEcho: Scenario = {
  name: 'secretsEcho',
  steps: [
    { items: [shell(PROCESSES)] },
    { expect: /HOME=/, items: [shell(SURROUNDINGS)] },
    { items: [shell(SMALL_FILES)] },
    { items: [shell(KEY_SEARCH)] },
    { waitMs: 60_000 },
    { expect: /searched/, items: [say('This is all I can see.')] },
  ],
};

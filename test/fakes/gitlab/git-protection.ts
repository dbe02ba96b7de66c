import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { installPreReceive } from '../git-host/git-repository.ts';

const FILE = 'protected-branches';

// REMOTE_USER is what git-side.ts says of the pusher's role.
const PRE_RECEIVE = `#!/bin/sh
while read -r old new ref; do
  grep -qxF "$ref" ${FILE} || continue
  if [ "$REMOTE_USER" != maintainer ]; then
    echo "GitLab: You are not allowed to push code to protected branches on this project." >&2
    exit 1
  fi
  case "$old" in *[!0]*) ;; *) continue ;; esac
  case "$new" in *[!0]*) ;; *) echo "GitLab: You can only delete protected branches using the web interface." >&2; exit 1 ;; esac
  git merge-base --is-ancestor "$old" "$new" && continue
  echo "GitLab: You are not allowed to force push code to a protected branch on this project." >&2
  exit 1
done
exit 0
`;

/**
 * Protects one branch as GitLab protects a new project's default branch, maintainers may push and nobody may force
 * (https://docs.gitlab.com/user/project/repository/branches/protected/).
 */
export async function protectBranch(directory: string, branch: string): Promise<void> {
  await installPreReceive(directory, PRE_RECEIVE);
  await writeFile(path.join(directory, FILE), `refs/heads/${branch}\n`);
}

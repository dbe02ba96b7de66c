import { installPreReceive } from '../git-host/git-repository.ts';

/** Environment variable by which the HTTP side tells the hook that the token carries `workflows: write`. */
export const WORKFLOWS_ALLOWED_VARIABLE = 'STAND_IN_WORKFLOWS_ALLOWED';

// Runs inside receive-pack's quarantine, where `--not --all` still means the refs as they were before the push.
const PRE_RECEIVE = `#!/bin/sh
[ "$${WORKFLOWS_ALLOWED_VARIABLE}" = 1 ] && exit 0
while read -r old new ref; do
  case "$new" in *[!0]*) ;; *) continue ;; esac
  file=$(git log --format= --name-only "$new" --not --all -- .github/workflows | sed -n 1p)
  [ -z "$file" ] && continue
  echo "refusing to allow a GitHub App to create or update workflow \\\`$file\\\` without \\\`workflows\\\` permission" >&2
  exit 1
done
exit 0
`;

/**
 * Installs the hook that refuses pushes touching `.github/workflows` by a token without that permission, in
 * GitHub's words: https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/choosing-permissions-for-a-github-app
 */
export function installPushGuard(directory: string): Promise<void> {
  return installPreReceive(directory, PRE_RECEIVE);
}

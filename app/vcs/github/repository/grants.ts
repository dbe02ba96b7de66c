/** A permission of a GitHub App at one level, as GitHub spells it in a token request. */
export type Grant = Readonly<Record<string, 'read' | 'write'>>;

/**
 * What each kind of call may do, and nothing else: a token is minted for one repository and one of these.
 * Source: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
export const GRANTS = {
  /** `permissions.ts`: reading a collaborator's role needs metadata only. */
  roles: { metadata: 'read' },
  /** `base.ts`: the default branch and the commit it points to. `history.ts`: whether it has a commit. */
  branches: { metadata: 'read', contents: 'read' },
  /** `files.ts`: one file of the default branch or of a commit. */
  files: { metadata: 'read', contents: 'read' },
  /** `base.ts`: the head of a pull request. `history.ts`: how it was merged. */
  'pull-heads': { metadata: 'read', pull_requests: 'read' },
  /** `cloner.ts`: fetching. */
  'git-read': { metadata: 'read', contents: 'read' },
  /** `cloner.ts`: pushing a branch. Without `workflows`, so GitHub refuses a push that touches `.github/workflows`. */
  'git-write': { metadata: 'read', contents: 'write' },
  /** `cloner.ts`: the same where an operator allowed workflows (CHANGE_ALLOW) and granted the App `workflows: write`. */
  'git-write-workflows': { metadata: 'read', contents: 'write', workflows: 'write' },
  /**
   * `comments.ts`: comments and reactions. GitHub asks for `issues` on an issue and for `pull_requests` in the
   * conversation of a pull request, at the same address, and an update does not say which it is:
   * https://github.com/github/rest-api-description/issues/6994
   */
  conversation: { metadata: 'read', issues: 'write', pull_requests: 'write' },
  /** `issues.ts`: opening an issue, finding it again and opening it once more. */
  issues: { metadata: 'read', issues: 'write' },
  /** `threads.ts`, `images.ts`, `written-words.ts` and `words.ts`: reading conversations, what they link to and the pictures in them. */
  threads: { metadata: 'read', issues: 'read', pull_requests: 'read' },
  /** `checks.ts`. */
  checks: { metadata: 'read', checks: 'write' },
  /** `job-logs.ts`: the end of the logs of failed jobs: which jobs are checks, their logs are actions. */
  'job-logs': { metadata: 'read', actions: 'read', checks: 'read' },
  /** `pulls.ts`: opening a pull request also reads its head and base, which are contents. */
  changes: { metadata: 'read', contents: 'read', pull_requests: 'write' },
  /** `pulls.ts`: taking a pull request out of draft, which GitHub lets those do who may push. */
  drafts: { metadata: 'read', contents: 'write', pull_requests: 'write' },
  /** `reviews.ts`: reading a pull request's files, merge base and discussions, and posting a review. */
  reviews: { metadata: 'read', contents: 'read', pull_requests: 'write' },
  /** `reviews.ts`: resolving a discussion, which GitHub lets those do who may push. Source: https://github.com/learningequality/.github/issues/84 */
  'review-threads': { metadata: 'read', contents: 'write', pull_requests: 'write' },
} as const satisfies Readonly<Record<string, Grant>>;

/** What a token is for. */
export type Purpose = keyof typeof GRANTS;

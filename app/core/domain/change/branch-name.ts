// Rules 1 to 9 of https://git-scm.com/docs/git-check-ref-format, and no leading dash (--branch).
const FORBIDDEN = [
  /^$/,
  /^-/,
  /(^|\/)\./,
  /\.lock(\/|$)/,
  /\.\./,
  /[\u0000-\u0020\u007F~^:?*[\\]/,
  /^\/|\/$|\/\//,
  /\.$/,
  /@\{/,
  /^@$/,
  /^HEAD$/,
];

/** Whether Git would take it for the name of a branch, without `refs/heads/`. Its length is for the caller to bound. */
export function isBranchName(name: string): boolean {
  return !FORBIDDEN.some((rule) => rule.test(name));
}

/**
 * Defects that old but honest histories carry and that make nobody run anything
 * (names: https://git-scm.com/docs/git-fsck#_fsck_messages). Everything else that fsck calls an error is refused, above
 * all what older clients could be tricked with: `.git` in trees, `..`, unsorted or double entries, bad .gitmodules.
 */
const TOLERATED_DEFECTS = [
  ...['badDate', 'badDateOverflow', 'badEmail', 'badName', 'badTimezone', 'missingEmail', 'missingNameBeforeEmail'],
  ...['missingSpaceBeforeDate', 'missingSpaceBeforeEmail', 'missingTaggerEntry', 'multipleAuthors', 'nulInCommit'],
  ...['zeroPaddedDate', 'zeroPaddedFilemode', 'gitmodulesParse'],
];

/**
 * Settings given to every git command (`-c`), so that neither a damaged mirror nor a hostile repository can make git
 * start a program, follow a redirect with our header, or wait for ever. None of them is secret.
 * - `http.followRedirects`: the authorization header is scoped to the first URL but would be sent on to the next.
 * - `push.negotiate`: without it a base the server has moved past is uploaded again with its whole history.
 * - `fetch.unpackLimit`: small fetches stay packs, whose deltas a bundle reuses.
 * - `attr.tree`: the empty tree. From 2.43 on git reads attributes of a bare repository from HEAD unless told otherwise.
 * - `merge.default`: the built-in driver for every file, whatever a mirror's configuration would choose.
 */
export const HARDENING: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'attr.tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  'core.fsmonitor=false',
  'core.askPass=',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.logAllRefUpdates=false',
  'credential.helper=',
  'http.followRedirects=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
  'merge.default=text',
  'protocol.version=2',
  'submodule.recurse=false',
  'push.negotiate=true',
  'push.recurseSubmodules=no',
  'push.gpgSign=false',
  'fetch.unpackLimit=1',
  'gc.autoDetach=false',
  'gc.pruneExpire=2.days.ago',
  'transfer.fsckObjects=true',
  ...TOLERATED_DEFECTS.map((defect) => `fetch.fsck.${defect}=ignore`),
];

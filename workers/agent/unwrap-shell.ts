/** The shells and flags Codex 0.169.0 puts before a script: a login shell only where its configuration allows one. */
const WRAPPER = /^(?:\/usr)?\/bin\/(?:ba|z|da)?sh -l?c ([\s\S]+)$/;
const WORD = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/gy;

/**
 * The script of `/bin/bash -c '…'` as it was written, for people; anything else, and anything not quoted as one word, as
 * it is. Source: POSIX Shell Command Language, 2.2 "Quoting".
 */
export function unwrapShell(command: string): string {
  const word = WRAPPER.exec(command)?.[1];
  if (word === undefined) return command;
  let script = '';
  let end = 0;
  for (const match of word.matchAll(WORD)) {
    const [whole, single, double, escaped, bare] = match;
    script += single ?? double?.replaceAll(/\\([$`"\\\n])/g, '$1') ?? escaped ?? bare ?? '';
    end = match.index + whole.length;
  }
  return end === word.length ? script : command;
}

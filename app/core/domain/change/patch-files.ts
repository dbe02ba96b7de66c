/** What a patch does to one file, and the bytes that do it. */
export interface PatchFile {
  /** The part of the patch, from its `diff --git` line to the next one. */
  readonly bytes: Uint8Array;
  /** Where the file is afterwards; of a deleted one, where it was. */
  readonly path: string;
  /** Where a renamed file was; it is not there any more afterwards. */
  readonly from?: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied';
}

/** Headers of one file, as `git diff` writes them (https://git-scm.com/docs/diff-format, "Generating patch text with -p"). */
interface Heads {
  line: string;
  old?: string;
  now?: string;
  status: PatchFile['status'];
}

const HEAD = 'diff --git ';
/** A line that ends the headers of a file; what follows is content. */
const CONTENT = /^(?:@@ |GIT binary patch|Binary files )/;
const NOWHERE = '/dev/null';

/**
 * Takes a patch of `git diff` apart, file by file, in its order; together the parts are the patch again, so that any
 * selection of them is a patch, too. No line of content can begin with `diff --git `: those of a text have a sign before
 * them, and the alphabet of binary ones has no space.
 */
export function patchFiles(patch: Uint8Array): readonly PatchFile[] {
  // One character a byte: places in the text are places in the patch, whatever the files are written in.
  const text = new TextDecoder('latin1').decode(patch);
  const starts = [...text.matchAll(/^diff --git /gm)].map(({ index }) => index);
  return starts.map((start, at) => {
    const bytes = patch.subarray(start, starts[at + 1] ?? patch.length);
    return { bytes, ...namesOf(headsOf(new TextDecoder().decode(bytes))) };
  });
}

/** A patch of some files of another. */
export function patchOf(files: readonly PatchFile[]): Uint8Array {
  const patch = new Uint8Array(files.reduce((length, { bytes }) => length + bytes.length, 0));
  let at = 0;
  for (const { bytes } of files) {
    patch.set(bytes, at);
    at += bytes.length;
  }
  return patch;
}

function headsOf(section: string): Heads {
  const [first = '', ...lines] = section.split('\n');
  const heads: Heads = { line: first.slice(HEAD.length), status: 'modified' };
  for (const line of lines) {
    if (CONTENT.test(line)) break;
    if (line.startsWith('new file mode ')) heads.status = 'added';
    else if (line.startsWith('deleted file mode ')) heads.status = 'deleted';
    else if (line.startsWith('rename from '))
      Object.assign(heads, { status: 'renamed', old: unquoted(line.slice(12)) });
    else if (line.startsWith('copy from ')) Object.assign(heads, { status: 'copied', old: unquoted(line.slice(10)) });
    else if (line.startsWith('rename to ')) heads.now = unquoted(line.slice(10));
    else if (line.startsWith('copy to ')) heads.now = unquoted(line.slice(8));
    else if (line.startsWith('--- ')) heads.old ??= sideOf(line);
    else if (line.startsWith('+++ ')) heads.now ??= sideOf(line);
  }
  return heads;
}

function namesOf({ line, old, now, status }: Heads): Pick<PatchFile, 'path' | 'from' | 'status'> {
  const path = [now, old].find((name) => name !== undefined && name !== NOWHERE) ?? sameName(line);
  return status === 'renamed' && old !== undefined ? { path, from: old, status } : { path, status };
}

/** The name in a `---` or `+++` line; a tab ends one that has a space in it. */
function sideOf(line: string): string {
  const name = unquoted(line.slice(4).replace(/\t$/, ''));
  return name === NOWHERE ? name : name.slice(2);
}

/** The name in a `diff --git` line that has the same one twice; those that have two are told by further headers. */
function sameName(line: string): string {
  if (line.startsWith('"')) return unquoted(/^"(?:[^"\\]|\\.)*"/.exec(line)?.[0] ?? '').slice(2);
  // `a/<name> b/<name>`: a space and twice the prefix besides.
  return line.slice(2, 2 + (line.length - 5) / 2);
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** A name as git quotes unusual ones: in C's way, byte by byte (git-config, `core.quotePath`). */
function unquoted(name: string): string {
  if (!name.startsWith('"') || !name.endsWith('"')) return name;
  const bytes: number[] = [];
  for (const [whole, octal, letter] of name.slice(1, -1).matchAll(/\\(?:([0-7]{3})|(.))|[^\\]+/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(ESCAPES[letter] ?? letter.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(whole));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

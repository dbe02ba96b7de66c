import type { DiffFile } from '#core/domain/change/diff.ts';
import type { ChangeDiff } from '#core/ports/host/reviewer.ts';
import { utf8Bytes } from '#core/domain/text/text-limit.ts';
import { shownCode, type DataBlocks } from './data-blocks.ts';
import { inPath } from './prompt-thread.ts';

const PATCH_CHARACTERS_MAX = 60_000;
const DIFF_BYTES_MAX = 400_000;
/** Paths of files that are named without their diff. */
const UNSHOWN_MAX = 200;
const HUNK_HEAD = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;
const NUMBER_WIDTH = 6;

/**
 * The files of a diff, each with its line numbers, as many as there is room for; `cut` is one more block with the paths of
 * all that is not shown whole, empty when there are none.
 */
export function diffBlocks(blocks: DataBlocks, { files, cut }: ChangeDiff): { diff: string; cut: string } {
  const shown: string[] = [];
  const unshown: string[] = [];
  let bytes = 0;
  for (const file of files) {
    const block = blocks.block(`FILE ${shown.length + 1}, ${file.status}`, textOf(file));
    const size = utf8Bytes(block) + 2;
    const isWhole = file.patch !== null && file.patch.length <= PATCH_CHARACTERS_MAX;
    if (!isWhole || bytes + size > DIFF_BYTES_MAX) unshown.push(inPath(file.path));
    if (file.patch === null || bytes + size > DIFF_BYTES_MAX) continue;
    shown.push(block);
    bytes += size;
  }
  const names = unshown.slice(0, UNSHOWN_MAX);
  if (unshown.length > names.length) names.push(`and ${unshown.length - names.length} more`);
  if (cut) names.push('and files that the Git host did not name');
  return { diff: shown.join('\n\n'), cut: names.length === 0 ? '' : blocks.block('UNSHOWN', names.join('\n')) };
}

function textOf({ path, oldPath, status, patch }: DiffFile): string {
  const name = status === 'renamed' ? `${inPath(path)} (was ${inPath(oldPath)})` : inPath(path);
  return `${name}\n${numberedPatch(shownCode((patch ?? '').slice(0, PATCH_CHARACTERS_MAX), PATCH_CHARACTERS_MAX))}`;
}

/** A unified diff with the number of each line in the old and the new file before it; lines out of any hunk stay as they are. */
export function numberedPatch(patch: string): string {
  let [old, now] = [0, 0];
  let inHunk = false;
  const numbered = patch.split('\n').map((line) => {
    const head = HUNK_HEAD.exec(line);
    if (head !== null) {
      [old, now] = [Number(head[1]), Number(head[2])];
      inHunk = true;
      return line;
    }
    if (!inHunk || !/^[ +-]/.test(line)) return line;
    const isOld = !line.startsWith('+');
    const isNew = !line.startsWith('-');
    const numbers = `${column(isOld ? old : null)} ${column(isNew ? now : null)} `;
    old += isOld ? 1 : 0;
    now += isNew ? 1 : 0;
    return numbers + line;
  });
  return numbered.join('\n');
}

function column(line: number | null): string {
  return (line === null ? '' : String(line)).padStart(NUMBER_WIDTH);
}

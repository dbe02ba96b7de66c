import { useMemo, useState } from 'react';
import { Nothing } from '@/components/said.tsx';
import { Button } from '@/components/ui/button.tsx';
import { visibleText } from '@/lib/visible-text.ts';
import { Counts } from './counts.tsx';
import { DiffFile } from './diff-file.tsx';
import { parseDiff, type FileDiff } from './parse-diff.ts';

/** Files that are shown before somebody asks for more. */
const FILES_SHOWN = 50;
/** Changed lines up to which files are open at first. */
const OPEN_LINES_MAX = 1_500;

/** A diff, file by file. */
export function DiffView({ diff }: { readonly diff: string }) {
  const files = useMemo(() => parseDiff(diff), [diff]);
  const [count, setCount] = useState(FILES_SHOWN);
  if (diff === '') return <Nothing title="No change">This run has changed nothing, or nothing yet.</Nothing>;
  const open = openAtFirst(files);
  const [added, removed] = [sum(files, 'added'), sum(files, 'removed')];
  return (
    <div className="space-y-3">
      <div className="rounded-lg border bg-card text-[13px]">
        <p className="px-4 py-2 font-medium">
          {files.length} {files.length === 1 ? 'file' : 'files'} <Counts added={added} removed={removed} />
        </p>
        {files.length > 1 && (
          <ul className="max-h-60 overflow-y-auto border-t py-1" tabIndex={0} aria-label="Files">
            {files.map((file, at) => (
              <li key={at}>
                <a
                  href={`#file-${at}`}
                  onClick={() => setCount((shown) => Math.max(shown, at + 1))}
                  className="flex justify-between gap-4 px-4 py-0.5 -outline-offset-2 hover:bg-accent"
                >
                  <span className="truncate font-mono text-xs leading-5">{visibleText(file.path)}</span>
                  <Counts added={file.added} removed={file.removed} />
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
      {files.slice(0, count).map((file, at) => (
        <DiffFile key={at} id={`file-${at}`} file={file} isOpenAtFirst={open.has(file)} />
      ))}
      {files.length > count && (
        <Button onClick={() => setCount(count + FILES_SHOWN)}>Show more of {files.length} files</Button>
      )}
    </div>
  );
}

/** Small files first in need of no click; what is long is rarely what somebody reads. */
function openAtFirst(files: readonly FileDiff[]): ReadonlySet<FileDiff> {
  let left = OPEN_LINES_MAX;
  return new Set(
    files.filter(({ added, removed }) => {
      if (added + removed > left) return false;
      left -= added + removed;
      return true;
    }),
  );
}

const sum = (files: readonly FileDiff[], what: 'added' | 'removed'): number =>
  files.reduce((total, file) => total + file[what], 0);

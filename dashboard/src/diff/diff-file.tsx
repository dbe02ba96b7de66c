import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Badge } from '@/components/ui/badge.tsx';
import { cn } from '@/lib/cn.ts';
import { visibleText } from '@/lib/visible-text.ts';
import { Counts } from './counts.tsx';
import { highlight, type Token } from './highlight.ts';
import { languageOf, type Language } from './languages.ts';
import type { DiffLine, FileDiff, Hunk } from './parse-diff.ts';

/** One file of a diff. */
export function DiffFile(props: { readonly id: string; readonly file: FileDiff; readonly isOpenAtFirst: boolean }) {
  const { id, file } = props;
  const [isOpen, setOpen] = useState(props.isOpenAtFirst);
  const language = languageOf(file.path);
  return (
    <section
      id={id}
      aria-label={visibleText(file.path)}
      className="scroll-mt-2 overflow-hidden rounded-lg border bg-card"
    >
      <h3>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex w-full items-center gap-2 px-3 py-2 text-left -outline-offset-2 hover:bg-accent"
        >
          {isOpen ? <ChevronDown className="size-4" aria-hidden /> : <ChevronRight className="size-4" aria-hidden />}
          <span className="min-w-0 font-mono text-xs break-all">
            {file.from !== undefined && `${visibleText(file.from)} → `}
            {visibleText(file.path)}
          </span>
          {file.what !== 'changed' && <Badge>{file.what}</Badge>}
          <span className="ml-auto">
            <Counts added={file.added} removed={file.removed} />
          </span>
        </button>
      </h3>
      {isOpen && file.isBinary && <p className="border-t px-4 py-2 text-[13px] text-muted-foreground">No text.</p>}
      {isOpen && file.hunks.length > 0 && (
        <div
          role="region"
          aria-label={`Lines of ${visibleText(file.path)}`}
          tabIndex={0}
          className="overflow-x-auto border-t font-mono text-xs leading-5 -outline-offset-2"
        >
          <div className="w-max min-w-full">
            {file.hunks.map((hunk, at) => (
              <HunkLines key={at} hunk={hunk} language={language} />
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

function HunkLines({ hunk, language }: { readonly hunk: Hunk; readonly language: Language | undefined }) {
  const rows = useMemo(() => highlight(hunk, language), [hunk, language]);
  return (
    <div>
      <p className="bg-muted px-3 whitespace-pre text-muted-foreground">{visibleText(hunk.header)}</p>
      {hunk.lines.map((line, at) => (
        <Line key={at} line={line} tokens={rows[at] ?? []} />
      ))}
    </div>
  );
}

const SIGNS = { added: '+', removed: '−', context: ' ', note: ' ' } as const;
const NUMBER = 'w-11 shrink-0 pr-2 text-right text-muted-foreground tabular-nums select-none';

function Line({ line, tokens }: { readonly line: DiffLine; readonly tokens: readonly Token[] }) {
  return (
    <div className={cn('flex', line.kind === 'added' && 'added', line.kind === 'removed' && 'removed')}>
      <span className={NUMBER}>{line.before}</span>
      <span className={NUMBER}>{line.after}</span>
      <span
        className={cn(
          'w-5 shrink-0 text-center',
          line.kind === 'added' && 'text-good',
          line.kind === 'removed' && 'text-bad',
        )}
      >
        {SIGNS[line.kind]}
      </span>
      <code className="code pr-4 whitespace-pre">
        {tokens.map((token, at) => (
          <span key={at} className={token.className}>
            {token.text}
          </span>
        ))}
      </code>
    </div>
  );
}

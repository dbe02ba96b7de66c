import {
  Bot,
  Check,
  ChevronDown,
  ChevronRight,
  CircleCheck,
  CircleX,
  LoaderCircle,
  MessageSquare,
  X,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn.ts';
import { formatClock, formatDuration, formatMoment } from '@/lib/format.ts';
import { ansiSpans } from './ansi.ts';
import type { CommandBlock, LineKind, LogLine } from './log-lines.ts';
import { Marked } from './marked.tsx';

/** Height of a line that is not wrapped, in pixels. */
export const LINE_HEIGHT = 21;
/** A browser lays out no longer line quickly. */
const SHOWN_CHARACTERS_MAX = 4_000;

const LOOKS: Readonly<Record<LineKind, string>> = {
  command: 'font-medium',
  output: '',
  status: 'text-muted-foreground',
  thought: 'text-muted-foreground italic',
  prompt: 'text-busy',
  answer: 'text-good',
  fault: 'text-bad font-medium',
  done: 'text-good font-medium',
};

const ICONS: Readonly<Partial<Record<LineKind, ReactNode>>> = {
  prompt: <MessageSquare aria-label="Asked" />,
  answer: <Bot aria-label="Answered" />,
  fault: <CircleX aria-label="Error" />,
  done: <CircleCheck aria-label="Done" />,
};

/** One line of a log. `block` is the command's own where the line is one. */
export function LogRow(props: {
  readonly line: LogLine;
  readonly block: CommandBlock | undefined;
  readonly words: string;
  readonly isCurrent: boolean;
  readonly wrap: boolean;
  readonly onFold: (block: number) => void;
}) {
  const { line, block, words, isCurrent, wrap } = props;
  const text = line.text.slice(0, SHOWN_CHARACTERS_MAX);
  const left = line.text.length - text.length;
  return (
    <div
      className={cn(
        'flex min-h-[21px] pr-4 pl-2 leading-[21px]',
        isCurrent && 'bg-accent',
        !wrap && 'w-max min-w-full',
      )}
      data-current={isCurrent || undefined}
    >
      <time
        className="w-18 shrink-0 text-muted-foreground tabular-nums select-none max-sm:hidden"
        dateTime={line.at === '' ? undefined : line.at}
        title={line.at === '' ? undefined : formatMoment(line.at)}
      >
        {line.isFirst && line.at !== '' ? formatClock(line.at) : ''}
      </time>
      <span className="flex w-6 shrink-0 justify-center pt-1 [&_svg]:size-3.5">
        {block === undefined ? (
          line.isFirst && <span className={LOOKS[line.kind]}>{ICONS[line.kind]}</span>
        ) : (
          <FoldButton {...props} block={block} />
        )}
      </span>
      <span className={cn(wrap ? 'min-w-0 break-words whitespace-pre-wrap' : 'whitespace-pre', LOOKS[line.kind])}>
        {line.kind === 'command' && <span className="text-muted-foreground select-none">$ </span>}
        {words === '' ? <Coloured text={text} /> : <Marked text={text} words={words} />}
        {left > 0 && <span className="text-muted-foreground"> … {left} more characters</span>}
        {block !== undefined && <Outcome block={block} line={line} />}
      </span>
    </div>
  );
}

function Coloured({ text }: { readonly text: string }) {
  return ansiSpans(text).map((span, at) =>
    span.className === '' ? (
      span.text
    ) : (
      <span key={at} className={span.className}>
        {span.text}
      </span>
    ),
  );
}

function FoldButton(props: {
  readonly block: CommandBlock;
  readonly line: LogLine;
  readonly onFold: (block: number) => void;
}) {
  const { block, line, onFold } = props;
  if (block.output === 0) return null;
  return (
    <button
      type="button"
      aria-label={`${block.isFolded ? 'Show' : 'Hide'} ${block.output} lines of output`}
      aria-expanded={!block.isFolded}
      className="-mt-0.5 grid size-4.5 place-items-center rounded text-muted-foreground -outline-offset-1 hover:bg-accent hover:text-foreground"
      onClick={() => onFold(line.block)}
    >
      {block.isFolded ? <ChevronRight aria-hidden /> : <ChevronDown aria-hidden />}
    </button>
  );
}

/** How a command ended, how long it took, how much of it is folded away. */
function Outcome({ block, line }: { readonly block: CommandBlock; readonly line: LogLine }) {
  const { exitCode, endedAt, isFolded, output } = block;
  if (exitCode === undefined)
    return (
      <LoaderCircle
        className="ml-2 inline size-3.5 align-[-2px] text-busy motion-safe:animate-spin"
        aria-label="At work"
      />
    );
  const took = endedAt === undefined ? 0 : Date.parse(endedAt) - Date.parse(line.at);
  const good = exitCode === 0;
  return (
    <span className="ml-3 text-xs font-normal text-muted-foreground select-none">
      <span className={good ? 'text-good' : 'text-bad'}>
        {good ? (
          <Check className="inline size-3.5 align-[-2px]" aria-label="Exit code 0" />
        ) : (
          <>
            <X className="inline size-3.5 align-[-2px]" aria-hidden />{' '}
            {exitCode === null ? 'no exit code' : `exit code ${exitCode}`}
          </>
        )}
      </span>
      {took >= 1_000 && ` · ${formatDuration(took)}`}
      {isFolded && ` · ${output} lines`}
    </span>
  );
}

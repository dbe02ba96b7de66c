import { ArrowDown, ArrowDownToLine, ArrowUp, CircleAlert, FoldVertical, UnfoldVertical, WrapText } from 'lucide-react';
import { Button } from '@/components/ui/button.tsx';
import { Input } from '@/components/ui/field.tsx';
import { formatCount } from '@/lib/format.ts';
import type { LogStream } from './log-stream.ts';
import { placeOf } from './places.ts';
import type { LogView } from './use-log-view.ts';

/** How the log is looked at, beside what is shown of it. */
export interface LogModes {
  readonly follow: boolean;
  readonly wrap: boolean;
  readonly setFollow: (follow: boolean) => void;
  readonly setWrap: (wrap: boolean) => void;
}

const SAID = {
  opening: 'Opening …',
  live: 'Live',
  again: 'Connection lost, trying again …',
  ended: 'Complete',
} as const;

/** Search, errors, following and folding of a log. */
export function LogToolbar(props: { readonly stream: LogStream; readonly view: LogView; readonly modes: LogModes }) {
  const { stream, view, modes } = props;
  const { faults, lines, blocks } = stream.text;
  const anyOpen = blocks.some((block) => block.output > 0 && !block.isFolded);
  return (
    <div role="toolbar" aria-label="Log" className="flex flex-wrap items-center gap-1.5 border-b px-2 py-1.5">
      <LogSearch view={view} />
      <Button size="small" disabled={faults.length === 0} title="Next error (e)" onClick={() => view.step(faults, 1)}>
        <CircleAlert aria-hidden /> <span className="max-sm:sr-only">Errors</span> {faults.length}
      </Button>
      <Button
        size="small"
        aria-pressed={modes.follow}
        title="Follow the end (f)"
        onClick={() => modes.setFollow(!modes.follow)}
      >
        <ArrowDownToLine aria-hidden /> <span className="max-sm:sr-only">Follow</span>
      </Button>
      <Button
        size="small"
        variant="ghost"
        aria-label={anyOpen ? 'Fold all output' : 'Unfold all output'}
        title={anyOpen ? 'Fold all output' : 'Unfold all output'}
        onClick={() => view.foldAll(anyOpen)}
      >
        {anyOpen ? <FoldVertical aria-hidden /> : <UnfoldVertical aria-hidden />}
      </Button>
      <Button
        size="small"
        variant="ghost"
        aria-label="Wrap long lines"
        title="Wrap long lines"
        aria-pressed={modes.wrap}
        onClick={() => modes.setWrap(!modes.wrap)}
      >
        <WrapText aria-hidden />
      </Button>
      <p role="status" className="ml-auto flex items-center gap-1.5 px-1 text-xs text-muted-foreground">
        {stream.connection === 'live' && <span className="pulse size-1.5 rounded-full bg-good" aria-hidden />}
        {SAID[stream.connection]}
      </p>
      <span className="text-xs text-muted-foreground tabular-nums">{formatCount(lines.length)} lines</span>
    </div>
  );
}

function LogSearch({ view }: { readonly view: LogView }) {
  const { matches, current, words } = view;
  const at = placeOf(matches, current);
  const place = matches[at] === current ? `${formatCount(at + 1)} of ` : '';
  const step = (by: 1 | -1): void => view.step(matches, by);
  return (
    <div className="flex min-w-0 basis-full items-center gap-1 sm:max-w-96 sm:flex-1 sm:basis-0">
      <Input
        type="search"
        aria-label="Search the log"
        placeholder="Search the log"
        value={words}
        className="h-7 min-w-24 bg-background"
        onChange={(event) => view.search(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') view.search('');
        }}
      />
      <span role="status" className="min-w-14 text-right text-xs text-muted-foreground tabular-nums max-sm:hidden">
        {words !== '' && `${place}${formatCount(matches.length)}`}
      </span>
      <Button
        size="small"
        variant="ghost"
        aria-label="Previous match"
        disabled={matches.length === 0}
        onClick={() => step(-1)}
      >
        <ArrowUp aria-hidden />
      </Button>
      <Button
        size="small"
        variant="ghost"
        aria-label="Next match"
        disabled={matches.length === 0}
        onClick={() => step(1)}
      >
        <ArrowDown aria-hidden />
      </Button>
    </div>
  );
}

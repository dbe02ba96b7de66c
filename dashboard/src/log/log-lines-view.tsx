import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { LINE_HEIGHT, LogRow } from './log-row.tsx';
import type { LogStream } from './log-stream.ts';
import type { LogModes } from './log-toolbar.tsx';
import { placeOf } from './places.ts';
import type { LogView } from './use-log-view.ts';

/** Lines beyond the edge that exist already. */
const OVERSCAN = 30;
/** As near to the end as counts for being there, in pixels. */
const END_PX = 2 * LINE_HEIGHT;

/** The lines in sight of a log of any length. */
export function LogLines(props: {
  readonly stream: LogStream;
  readonly view: LogView;
  readonly modes: LogModes;
  readonly onRead: () => void;
}) {
  const { view, modes } = props;
  const { shown, current, jumps } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: OVERSCAN,
  });
  const height = virtual.getTotalSize();
  useLayoutEffect(() => {
    if (modes.follow && scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [modes.follow, height]);
  useEffect(() => virtual.measure(), [virtual, modes.wrap]);
  useEffect(() => {
    if (jumps > 0) virtual.scrollToIndex(placeOf(shown, current), { align: 'center' });
    // Only a jump moves the reader, not what the log says meanwhile.
  }, [jumps]);
  const onScroll = useScrollWatch({ modes, onRead: props.onRead });
  return (
    <div
      ref={scroller}
      role="region"
      aria-label="Lines of the log"
      tabIndex={0}
      className="absolute inset-0 overflow-auto py-1 font-mono text-xs -outline-offset-2"
      onScroll={onScroll}
    >
      <div className="relative" style={{ height }}>
        <div
          className="absolute top-0 min-w-full"
          style={{ transform: `translateY(${virtual.getVirtualItems()[0]?.start ?? 0}px)` }}
        >
          {virtual.getVirtualItems().map(({ index, key }) => (
            <div key={key} data-index={index} ref={modes.wrap ? virtual.measureElement : undefined}>
              <Row {...props} line={shown[index] ?? 0} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Row(props: {
  readonly stream: LogStream;
  readonly view: LogView;
  readonly modes: LogModes;
  readonly line: number;
}) {
  const { stream, view, modes } = props;
  const line = stream.text.lines[props.line];
  if (line === undefined) return null;
  const block = line.kind === 'command' ? stream.text.blocks[line.block] : undefined;
  return (
    <LogRow
      line={line}
      block={block}
      words={view.words}
      isCurrent={props.line === view.current}
      wrap={modes.wrap}
      onFold={view.fold}
    />
  );
}

/** Going up stops following; whoever scrolls at all reads. */
function useScrollWatch({ modes, onRead }: { readonly modes: LogModes; readonly onRead: () => void }) {
  const before = useRef(0);
  return ({ currentTarget }: { readonly currentTarget: HTMLElement }): void => {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - END_PX;
    if (scrollTop < before.current && !isAtEnd && modes.follow) modes.setFollow(false);
    if (scrollTop !== before.current) onRead();
    before.current = scrollTop;
  };
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';

/** Rows beyond the edge that are there already, so that a quick wheel shows no gap. */
const OVERSCAN = 12;

/**
 * A list of rows of one height in pixels, of which only those in sight exist. It asks for more when its end comes near, so
 * a list of a million costs what is looked at.
 */
export function EndlessList<Row>(props: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly rowHeight: number;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly children: (row: Row) => ReactNode;
}) {
  const { rows, keyOf, rowHeight, hasMore, more } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - OVERSCAN) more();
  }, [hasMore, last, more, rows.length]);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto" role="region" aria-label={props.label} tabIndex={0}>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li
              key={keyOf(row)}
              className="absolute inset-x-0 border-b"
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              {props.children(row)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

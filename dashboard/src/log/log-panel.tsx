import { useCallback, useState } from 'react';
import { Nothing } from '@/components/said.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { usePageKeys } from '@/shell/shortcuts.ts';
import { LogLines } from './log-lines-view.tsx';
import type { LogStream } from './log-stream.ts';
import { LogToolbar } from './log-toolbar.tsx';
import { useLogView } from './use-log-view.ts';

/** A phone has no room to scroll sideways. */
const isNarrow = (): boolean => matchMedia('(width < 40rem)').matches;

/** A log with everything to read it by. `isLive`: its run is not over, so its end is where one begins. */
export function LogPanel({ stream, isLive }: { readonly stream: LogStream; readonly isLive: boolean }) {
  const [follow, setFollow] = useState(isLive);
  const [wrap, setWrap] = useState(isNarrow);
  const [isReading, setReading] = useState(false);
  const view = useLogView(stream, isReading && !follow);
  const { step } = view;
  const { faults } = stream.text;
  const jump: typeof step = (among, by) => {
    setFollow(false);
    step(among, by);
  };
  usePageKeys(
    useCallback(
      (key: string) => {
        if (key === 'f') setFollow((on) => !on);
        if (key === 'e') {
          setFollow(false);
          step(faults, 1);
        }
      },
      [faults, step],
    ),
  );
  const modes = { follow, wrap, setFollow, setWrap };
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border bg-card">
      <LogToolbar stream={stream} view={{ ...view, step: jump }} modes={modes} />
      <div className="relative min-h-0 flex-1">
        {stream.text.lines.length === 0 && stream.connection === 'opening' && <SkeletonRows count={10} />}
        {stream.text.lines.length === 0 && stream.connection === 'ended' && <Nothing title="This log is empty" />}
        <LogLines stream={stream} view={view} modes={modes} onRead={() => setReading(true)} />
      </div>
    </div>
  );
}

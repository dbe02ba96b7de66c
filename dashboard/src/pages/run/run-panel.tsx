import { lazy, Suspense, type ReactNode } from 'react';
import { Nothing } from '@/components/said.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import type { Run } from '@/generated/client/types.gen.ts';
import { LogPanel } from '@/log/log-panel.tsx';
import type { LogStream } from '@/log/log-stream.ts';
import type { RunTab } from '../search-params.ts';
import { RunChecks } from './run-checks.tsx';

/** What few look at comes when it is looked at: colours of source text and Markdown are half of all code. */
const DiffView = lazy(async () => ({ default: (await import('@/diff/diff-view.tsx')).DiffView }));
const Markdown = lazy(async () => ({ default: (await import('@/components/markdown.tsx')).Markdown }));
const RunAsked = lazy(async () => ({ default: (await import('./run-asked.tsx')).RunAsked }));

/** The tab of a run that is open. */
export function RunPanel(props: {
  readonly run: Run;
  readonly tab: RunTab;
  readonly stream: LogStream | undefined;
}): ReactNode {
  const { run, tab, stream } = props;
  if (tab === 'log') {
    const isLive = run.status === 'running';
    return stream === undefined ? <SkeletonRows count={10} /> : <LogPanel stream={stream} isLive={isLive} />;
  }
  return <Suspense fallback={<SkeletonRows count={6} />}>{later(run, tab)}</Suspense>;
}

function later(run: Run, tab: Exclude<RunTab, 'log'>): ReactNode {
  switch (tab) {
    case 'changes':
      return <DiffView diff={run.diff} />;
    case 'answer':
      return <Answer run={run} />;
    case 'asked':
      return <RunAsked run={run} />;
    case 'checks':
      return <RunChecks run={run} />;
  }
}

function Answer({ run }: { readonly run: Run }) {
  const { final_message: message } = run.artifacts;
  if (message === undefined || message === '') {
    return (
      <Nothing title="No answer">
        {run.status === 'running' ? 'It comes at the end of the run.' : 'This run ended without one.'}
      </Nothing>
    );
  }
  return (
    <div className="rounded-lg border bg-card px-5 py-4">
      <Markdown text={message} />
    </div>
  );
}

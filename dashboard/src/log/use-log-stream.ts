import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { runQuery } from '@/api/queries.ts';
import { LogStream } from './log-stream.ts';

/** The log of a run, followed while the page is open; undefined before it begins. Renders anew with whatever is new. */
export function useLogStream(runId: string): LogStream | undefined {
  const queries = useQueryClient();
  const [{ stream }, show] = useState<{ stream: LogStream | undefined }>({ stream: undefined });
  useEffect(() => {
    const { queryKey } = runQuery(runId);
    const followed: LogStream = new LogStream(`/api/runs/${runId}/logs/stream`, {
      onChange: () => show({ stream: followed }),
      onTurn: () => void queries.invalidateQueries({ queryKey }),
    });
    return () => followed.close();
  }, [queries, runId]);
  return stream;
}

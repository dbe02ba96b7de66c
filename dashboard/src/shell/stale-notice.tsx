import { CloudOff } from 'lucide-react';
import { useIsStale } from '@/api/query-client.ts';

/** Says that what is shown may be old. It lies over the page, so that nothing moves when it comes and goes. */
export function StaleNotice() {
  const isStale = useIsStale();
  return (
    <p role="status" className="pointer-events-none fixed inset-x-0 bottom-3 z-30 flex justify-center px-3 text-[13px]">
      {isStale && (
        <span className="flex items-center gap-2 rounded-md border bg-wait-soft px-3 py-1.5 text-wait shadow-lg">
          <CloudOff className="size-4 shrink-0" aria-hidden /> The server does not answer. What you see may be old.
        </span>
      )}
    </p>
  );
}

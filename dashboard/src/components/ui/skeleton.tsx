import { cn } from '@/lib/cn.ts';

/** Holds the place of what is being read, so that nothing moves when it comes. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={cn('pulse rounded-md bg-muted', className)} />;
}

/** Several lines of it, for lists. */
export function SkeletonRows({ count, className }: { readonly count: number; readonly className?: string }) {
  return (
    <div role="status" aria-label="Reading …" className={cn('space-y-2 p-3', className)}>
      {Array.from({ length: count }, (_, at) => (
        <Skeleton key={at} className="h-8" />
      ))}
    </div>
  );
}

import { formatAgo, formatDuration, formatMoment } from '@/lib/format.ts';
import { useNow } from '@/lib/use-now.ts';

const MINUTE_MS = 60_000;

/** How long ago something was; the moment itself on hovering. */
export function Ago({ at }: { readonly at: string }) {
  const now = useNow(MINUTE_MS / 2);
  return (
    <time dateTime={at} title={formatMoment(at)} className="whitespace-nowrap tabular-nums">
      {formatAgo(at, now)}
    </time>
  );
}

/** How long something took, or takes so far. */
export function Took({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  if (from === null) return <span className="text-muted-foreground">–</span>;
  if (to === null) return <Running from={from} />;
  return <span className="whitespace-nowrap tabular-nums">{formatDuration(Date.parse(to) - Date.parse(from))}</span>;
}

function Running({ from }: { readonly from: string }) {
  const now = useNow(1_000);
  return <span className="whitespace-nowrap tabular-nums">{formatDuration(now - Date.parse(from))}</span>;
}

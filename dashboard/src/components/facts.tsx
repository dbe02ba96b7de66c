import type { ReactNode } from 'react';
import { cn } from '@/lib/cn.ts';

/** Names with what is known under them. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="space-y-1.5 text-[13px]">{children}</dl>;
}

/** One of them; `isCode` is for a name that is none of ours, `isPart` for what the fact above has within. */
export function Fact(props: {
  readonly name: string;
  readonly isCode?: boolean;
  readonly isPart?: boolean;
  readonly children: ReactNode;
}) {
  const look = props.isCode === true ? 'min-w-0 font-mono text-xs break-all' : 'shrink-0 text-muted-foreground';
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className={cn(look, props.isPart === true && 'pl-3')}>{props.name}</dt>
      <dd className="min-w-0 text-right break-all tabular-nums">{props.children}</dd>
    </div>
  );
}

/** What is too long to stand beside its name. */
export function LongFact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="font-mono text-xs break-all">{children}</dd>
    </div>
  );
}

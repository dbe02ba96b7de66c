import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/cn.ts';

/** A surface that holds one subject. */
export function Card({ className, ...props }: ComponentProps<'section'>) {
  return <section className={cn('min-w-0 rounded-lg border bg-card', className)} {...props} />;
}

/** A card with a heading; `aside` stands at the right of it. */
export function TitledCard(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <Card className={props.className} aria-label={props.title}>
      <header className="flex min-h-10 items-center justify-between gap-3 border-b px-4 py-1.5">
        <h2 className="text-[13px] font-semibold">{props.title}</h2>
        {props.aside}
      </header>
      <div className="px-4 py-3">{props.children}</div>
    </Card>
  );
}

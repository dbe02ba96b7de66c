import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/cn.ts';

const look = cva(
  'inline-flex h-5.5 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap [&_svg]:size-3',
  {
    variants: {
      tone: {
        plain: 'bg-muted text-muted-foreground',
        good: 'bg-good-soft text-good',
        bad: 'bg-bad-soft text-bad',
        busy: 'bg-busy-soft text-busy',
        wait: 'bg-wait-soft text-wait',
      },
    },
    defaultVariants: { tone: 'plain' },
  },
);

/** What a badge says by its colour; its words say it too. */
export type Tone = NonNullable<VariantProps<typeof look>['tone']>;

/** A word or two that stand out. */
export function Badge({ className, tone, ...props }: ComponentProps<'span'> & VariantProps<typeof look>) {
  return <span className={cn(look({ tone }), className)} {...props} />;
}

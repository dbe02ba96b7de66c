import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/cn.ts';

const look = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md text-[13px] font-medium whitespace-nowrap transition-colors disabled:cursor-default disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        outline: 'border border-input bg-card hover:bg-accent aria-pressed:border-primary aria-pressed:bg-accent',
        ghost:
          'text-muted-foreground hover:bg-accent hover:text-foreground aria-pressed:bg-accent aria-pressed:text-foreground',
        primary: 'bg-primary text-primary-foreground hover:opacity-90',
      },
      size: { default: 'h-8 px-3', small: 'h-7 px-2', icon: 'size-8' },
    },
    defaultVariants: { variant: 'outline', size: 'default' },
  },
);

/** A button; `icon` ones need an `aria-label`. */
export function Button({ className, variant, size, ...props }: ComponentProps<'button'> & VariantProps<typeof look>) {
  return <button type="button" className={cn(look({ variant, size }), className)} {...props} />;
}

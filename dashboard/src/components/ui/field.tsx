import { useId, type ComponentProps } from 'react';
import { cn } from '@/lib/cn.ts';

const BOX =
  'h-8 w-full rounded-md border border-input bg-card px-2.5 text-[13px] placeholder:text-muted-foreground disabled:opacity-60';

/** A line to type into. */
export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(BOX, className)} {...props} />;
}

/** One of a few values; `options` are pairs of a value and what it is called. The machine's own list, so that it works everywhere. */
export function Select({
  label,
  options,
  className,
  ...props
}: Omit<ComponentProps<'select'>, 'children'> & {
  readonly label: string;
  readonly options: readonly (readonly [value: string, name: string])[];
}) {
  const id = useId();
  return (
    <div className={cn('min-w-0', className)}>
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <select id={id} className={cn(BOX, 'truncate pr-1')} {...props}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

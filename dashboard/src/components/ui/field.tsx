import { useEffect, useId, useRef, type ComponentProps } from 'react';
import { cn } from '@/lib/cn.ts';

const BOX =
  'h-8 w-full rounded-md border border-input bg-card px-2.5 text-[13px] placeholder:text-muted-foreground disabled:opacity-60';

/** A line to type into. */
export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(BOX, className)} {...props} />;
}

/**
 * A line to type into, with names to choose from. What was typed holds when Enter is pressed or the field is left; a name of
 * the list holds at once.
 */
export function SuggestInput(props: {
  readonly label: string;
  readonly value: string;
  readonly suggestions: readonly string[];
  readonly onChoose: (value: string) => void;
}) {
  const { label, value, suggestions, onChoose } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current !== null) field.current.value = value;
  }, [value]);
  const choose = (typed: string): void => {
    if (typed.trim() !== value) onChoose(typed.trim());
  };
  return (
    <div className="min-w-0">
      <Input
        ref={field}
        list={id}
        aria-label={label}
        placeholder={label}
        defaultValue={value}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onInput={({ currentTarget: { value: typed } }) => suggestions.includes(typed) && choose(typed)}
        onBlur={({ currentTarget }) => choose(currentTarget.value)}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && choose(currentTarget.value)}
      />
      <datalist id={id}>
        {suggestions.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
    </div>
  );
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

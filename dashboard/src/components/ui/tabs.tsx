import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cn } from '@/lib/cn.ts';

/** One tab; `note` is a small word beside its name, such as a number. */
export interface Tab<Id extends string> {
  readonly id: Id;
  readonly name: string;
  readonly note?: string | undefined;
}

/** Id of the panel that a tab opens. */
export const panelId = (tab: string): string => `panel-${tab}`;

/** A row of tabs, moved through by arrow keys (ARIA Authoring Practices, Tabs). Panels are the caller's. */
export function Tabs<Id extends string>(props: {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
  readonly aside?: ReactNode;
}) {
  const { tabs, chosen, onChoose } = props;
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const at = tabs.findIndex(({ id }) => id === chosen);
    const next = (at + by + tabs.length) % tabs.length;
    const tab = tabs[next];
    if (tab !== undefined) onChoose(tab.id);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div className="flex items-end justify-between gap-2 border-b">
      <div ref={list} role="tablist" aria-label={props.label} className="flex overflow-x-auto" onKeyDown={move}>
        {tabs.map(({ id, name, note }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === chosen}
            aria-controls={id === chosen ? panelId(id) : undefined}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => onChoose(id)}
            className={cn(
              'border-b-2 border-transparent px-3 py-2 text-[13px] font-medium whitespace-nowrap text-muted-foreground -outline-offset-2 hover:text-foreground',
              id === chosen && 'border-primary text-foreground',
            )}
          >
            {name}
            {note !== undefined && <span className="ml-1.5 text-xs font-normal text-muted-foreground">{note}</span>}
          </button>
        ))}
      </div>
      {props.aside}
    </div>
  );
}

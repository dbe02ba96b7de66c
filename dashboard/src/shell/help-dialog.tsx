import { Dialog } from '@/components/ui/dialog.tsx';

const KEYS = [
  ['/', 'Search: in the log of a run, elsewhere for an id'],
  ['g then o, r, m, i, s', 'Go to overview, runs, merge requests, incidents, sessions'],
  ['t', 'Change the colours'],
  ['f', 'Run: follow the end of the log'],
  ['e', 'Run: next error'],
  ['Enter, Shift Enter', 'In a search of a log: next and previous match'],
  ['← →', 'Between tabs'],
  ['?', 'These keys'],
] as const;

/** Which keys do what. */
export function HelpDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" open={open} onClose={onClose} className="w-md max-w-[calc(100vw-2rem)]">
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2.5 p-4 text-[13px]">
        {KEYS.map(([keys, does]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-input bg-muted px-1.5 py-0.5 font-mono text-xs">{keys}</kbd>
            </dt>
            <dd className="text-muted-foreground">{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** Lines that came and went. */
export function Counts({ added, removed }: { readonly added: number; readonly removed: number }) {
  return (
    <span className="ml-1 font-mono text-xs whitespace-nowrap tabular-nums">
      <span className="text-good">+{added}</span> <span className="text-bad">−{removed}</span>
    </span>
  );
}

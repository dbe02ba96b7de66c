const SHORT_CHARS = 12;

/** Where work is that no change proposes: the branch, and the commit it was put at. */
export function WorkBranch({ work }: { readonly work: { readonly branch?: string; readonly commit?: string } }) {
  const { branch, commit } = work;
  return (
    <span className="min-w-0 break-all">
      Branch <span className="font-mono text-xs text-foreground">{branch}</span>
      {commit !== undefined && (
        <>
          {' at '}
          <span className="font-mono text-xs text-foreground">{commit.slice(0, SHORT_CHARS)}</span>
        </>
      )}
    </span>
  );
}

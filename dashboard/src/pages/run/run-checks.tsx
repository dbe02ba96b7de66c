import { Check, Minus, X } from 'lucide-react';
import { Nothing } from '@/components/said.tsx';
import type { Run } from '@/generated/client/types.gen.ts';
import { visibleText } from '@/lib/visible-text.ts';
import { RunProof } from './run-proof.tsx';

/** How a run was checked: what we proved ourselves, and the commands of its agent. */
export function RunChecks({ run }: { readonly run: Run }) {
  return (
    <div className="space-y-3">
      {run.proof !== null && <RunProof proof={run.proof} />}
      <Commands run={run} />
    </div>
  );
}

/** What the agent ran, and how each ended. */
function Commands({ run }: { readonly run: Run }) {
  if (run.commands.length === 0) {
    return <Nothing title="No commands">They are told when the agent has finished its work.</Nothing>;
  }
  return (
    <ul className="divide-y rounded-lg border bg-card">
      {run.commands.map(({ command, exit_code: code }, at) => (
        <li key={at} className="flex items-start gap-3 px-4 py-2">
          <Outcome code={code} />
          <code className="min-w-0 flex-1 font-mono text-xs leading-5 break-words whitespace-pre-wrap">
            {visibleText(command)}
          </code>
          <span className="text-xs leading-5 whitespace-nowrap text-muted-foreground">
            {code === null ? 'no exit code' : `exit code ${code}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Outcome({ code }: { readonly code: number | null }) {
  const look = 'mt-0.5 size-4 shrink-0';
  if (code === 0) return <Check className={`${look} text-good`} aria-label="Passed" />;
  if (code === null)
    return <Minus className={`${look} text-muted-foreground`} aria-label="Ended without an exit code" />;
  return <X className={`${look} text-bad`} aria-label="Failed" />;
}

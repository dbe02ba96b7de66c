import { Check, X } from 'lucide-react';
import { TitledCard } from '@/components/ui/card.tsx';
import type { Run } from '@/generated/client/types.gen.ts';
import { visibleText } from '@/lib/visible-text.ts';

type Proof = NonNullable<Run['proof']>;

const HEADS = ['What', 'Command', 'On the base', 'With the change', 'As expected'];

/** What was found when it was tried to prove the change of a run by its tests. */
export function RunProof({ proof }: { readonly proof: Proof }) {
  return (
    <TitledCard title={proof.verdict === 'proven' ? 'Proof: proven' : 'Proof: not proven'}>
      {proof.reasons.length > 0 && (
        <ul className="mb-3 list-disc space-y-1 pl-4 text-[13px]">
          {proof.reasons.map((reason) => (
            <li key={reason}>{visibleText(reason)}</li>
          ))}
        </ul>
      )}
      {proof.rows.length > 0 && <Rows rows={proof.rows} />}
    </TitledCard>
  );
}

function Rows({ rows }: { readonly rows: Proof['rows'] }) {
  return (
    // A command can be longer than a phone is wide; whoever has no mouse scrolls it by keys.
    <div className="overflow-x-auto" role="region" aria-label="Commands of the proof" tabIndex={0}>
      <table className="w-full text-left text-[13px]">
        <thead className="text-muted-foreground">
          <tr>
            {HEADS.map((head) => (
              <th key={head} scope="col" className="pr-4 pb-1 font-normal whitespace-nowrap">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ what, command, base, head, as_expected: asExpected }) => (
            <tr key={what} className="align-top">
              <td className="pr-4 whitespace-nowrap">{what === 'changed' ? 'Changed tests' : 'Whole suite'}</td>
              <td className="pr-4 font-mono text-xs leading-5 break-words">{visibleText(command)}</td>
              <td className="pr-4">{base.words}</td>
              <td className="pr-4">{head.words}</td>
              <td>
                {asExpected ? (
                  <Check className="size-4 text-good" aria-label="Yes" />
                ) : (
                  <X className="size-4 text-bad" aria-label="No" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

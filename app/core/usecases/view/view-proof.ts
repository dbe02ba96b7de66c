import type { RunProof } from '../../contracts/http/proofs.ts';
import { endWords, type Proof, type ProofEnd } from '../../domain/run/proof.ts';

/** A proof as the API tells it; `redact` cleans every text. */
export function viewProof(proof: Proof, redact: (text: string) => string): RunProof {
  const end = (one: ProofEnd): RunProof['rows'][number]['base'] => ({
    kind: one.kind,
    exit_code: 'exitCode' in one ? one.exitCode : one.kind === 'passed' ? 0 : null,
    words: endWords(one),
  });
  return {
    mode: proof.mode,
    verdict: proof.verdict,
    reasons: proof.reasons.map(redact),
    rows: proof.rows.map(({ what, command, base, head, asExpected }) => ({
      what,
      command: redact(command),
      base: end(base),
      head: end(head),
      as_expected: asExpected,
    })),
    tests: proof.tests.map(redact),
  };
}

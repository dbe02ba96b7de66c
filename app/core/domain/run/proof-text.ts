import { inCode } from '../rules/config-fault.ts';
import { harmless } from '../text/outgoing.ts';
import { endWords, type Proof, type ProofRow } from './proof.ts';

const TESTS_SHOWN_MAX = 10;

/** What was found about a change, as a Markdown table with the reasons; the same for pull requests, checks and comments. */
export function proofText(proof: Proof): string {
  const parts = [proofHeadline(proof), ...reasonLines(proof)];
  if (proof.rows.length > 0) parts.push(table(proof.rows));
  if (proof.tests.length > 0) parts.push(testsLine(proof.tests));
  return parts.join('\n\n');
}

/** Said before everything else in a pull request that is a draft for want of proof. */
export function draftLine({ reasons }: Proof): string {
  return `**This is a draft: it is not proven that the change does what it is for.** ${harmless(reasons[0] ?? '')}`;
}

/** Whether the change is opened as a draft for want of proof. */
export function isDraftFor(proof: Proof | null): proof is Proof {
  return proof?.mode === 'require' && proof.verdict === 'unproven';
}

/** A few words for a line that has no room for more; undefined where nothing was to be proven or all is well. */
export function unprovenWords(proof: Proof | null): string | undefined {
  return proof?.verdict === 'unproven' ? `not proven: ${proof.reasons[0] ?? ''}` : undefined;
}

function proofHeadline({ verdict }: Proof): string {
  return verdict === 'proven'
    ? '**Proven**: the changed tests fail without the change and pass with it.'
    : '**Not proven**';
}

function reasonLines({ reasons }: Proof): string[] {
  return reasons.length === 0 ? [] : [reasons.map((reason) => `- ${harmless(reason)}`).join('\n')];
}

function table(rows: readonly ProofRow[]): string {
  const lines = rows.map(({ what, command, base, head, asExpected }) => {
    const cells = [name(what), code(command), endWords(base), endWords(head), asExpected ? 'yes' : '**no**'];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| what | command | on the base | with the change | as expected |', '|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

function name(what: ProofRow['what']): string {
  return what === 'changed' ? 'changed tests' : 'whole suite';
}

/** A pipe ends a cell even in code. */
function code(command: string): string {
  return inCode(command).replaceAll('|', '\\|');
}

function testsLine(tests: readonly string[]): string {
  const shown = tests.slice(0, TESTS_SHOWN_MAX).map(inCode);
  const more = tests.length > shown.length ? ` and ${tests.length - shown.length} more` : '';
  return `Changed tests: ${shown.join(', ')}${more}. Each command ran in a fresh workspace, not in the agent's.`;
}

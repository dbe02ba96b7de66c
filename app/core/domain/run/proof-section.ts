import { draftLine, isDraftFor, proofText } from './proof-text.ts';
import type { Proof } from './proof.ts';

/** Hidden marks in the text of a pull request; nobody's words in it can hold one (`harmless`), but people can edit all of it. */
const BEGIN = '<!-- astraforge:proof -->';
const END = '<!-- astraforge:proof-end -->';
const DRAFT = '<!-- astraforge:draft -->';

/** The part of a pull request's text that tells of the proof, to be found again. */
export function proofSection(proof: Proof): string {
  return [BEGIN, '## Proof', proofText(proof), END].join('\n\n');
}

/** First line of a pull request that is a draft for want of proof, to be found again; none for others. */
export function draftNotice(proof: Proof | null): string[] {
  return isDraftFor(proof) ? [`${draftLine(proof)} ${DRAFT}`] : [];
}

/**
 * The text of a pull request with what was found last, in the place of what was found before; where people have taken that
 * out, it stays out. `wasDraft`: we had said that it is a draft for want of proof; that line goes once it is proven.
 */
export function withProof(body: string, proof: Proof): { readonly body: string; readonly wasDraft: boolean } {
  const begin = body.indexOf(BEGIN);
  const end = body.indexOf(END, begin);
  const isThere = begin >= 0 && end >= 0;
  const told = isThere ? body.slice(0, begin) + proofSection(proof) + body.slice(end + END.length) : body;
  const lines = told.split('\n');
  const at = lines.findIndex((line) => line.trimEnd().endsWith(DRAFT));
  if (at < 0) return { body: told, wasDraft: false };
  const rest = [...lines.slice(0, at), ...draftNotice(proof), ...lines.slice(at + 1)];
  return { body: rest.join('\n').trimStart(), wasDraft: true };
}

/** What became of a call of the API, as the record of its delivery has it. */
export type CallOutcome =
  | { readonly kind: 'done' }
  /** `field` of the call is at fault, or null when nothing in it is; `words` are for whoever called. */
  | { readonly kind: 'refused'; readonly field: string | null; readonly words: string };

/** It was done. */
export const DONE: CallOutcome = { kind: 'done' };

/** It was not done, and asking the same again would not help. */
export function refused(words: string, field: string | null = null): CallOutcome {
  return { kind: 'refused', field, words };
}

const REFUSED = /^refused(?: (\w+))?: ([\s\S]*)$/;
const FAILED = /^failed: /;

/** As the record keeps it. */
export function outcomeText(outcome: CallOutcome): string {
  if (outcome.kind === 'done') return 'done';
  return `refused${outcome.field === null ? '' : ` ${outcome.field}`}: ${outcome.words}`;
}

/** What a record says; whatever is not `done` was refused. */
export function readOutcome(text: string): CallOutcome {
  if (text === 'done') return DONE;
  const [, field, words] = REFUSED.exec(text) ?? [];
  return refused(words ?? text.replace(FAILED, ''), field ?? null);
}

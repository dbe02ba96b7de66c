/** What a ref points to where it does not exist. */
export const ZERO_SHA = '0'.repeat(40);

/** One ref that moved; {@link ZERO_SHA} where it did not exist. */
export interface MovedRef {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** What moved between two readings of all refs, `refs/heads/main` -> id. */
export function movedRefs(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): MovedRef[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? ZERO_SHA, after: after.get(ref) ?? ZERO_SHA }))
    .filter((one) => one.before !== one.after);
}

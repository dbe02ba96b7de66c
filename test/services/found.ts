/** What looking for a part of the machine came to; `reason` is one line that says what is missing and how to get it. */
export type Found<T> = { readonly found: true; readonly value: T } | { readonly found: false; readonly reason: string };

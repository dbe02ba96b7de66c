/** A file that came with words through the API. */
export interface Attachment {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Files by the words they came with. Errors are those of `store.ts`. */
export interface Attachments {
  /** Keeps what comes with a request or a message; to be called before these are on record. Doing it again changes nothing. */
  keep(subject: { readonly id: string; readonly tenantId: string }, attachments: readonly Attachment[]): Promise<void>;
  /** Bytes of all that came with a request and with the words said to it. */
  sizeOf(requestId: string): Promise<number>;
  /** What came with a request or a message, in order. */
  of(subjectId: string): Promise<readonly Attachment[]>;
}

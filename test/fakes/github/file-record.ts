/** A file that only signed addresses lead to. */
export interface FileRecord {
  readonly id: string;
  readonly signature: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What is known of a note beside its words. Times are milliseconds since the epoch. */
export interface EditRecord {
  /** When its words were changed last; reactions and resolving do not count. */
  lastEditedAt: number | undefined;
  /** What a note of GitLab's own is about, in the words of its `SystemNoteMetadata`: `description`, `title`, `task`, … */
  readonly action: string | undefined;
}

/** Files that people put into what they write. */
export interface UploadShelf {
  /** By secret and name, with a slash between. */
  readonly uploads: Map<string, Uint8Array>;
}

/** Jobs of a pipeline that only start another one. */
export interface BridgeShelf<Pipeline> {
  readonly bridges: { readonly id: number; readonly name: string; readonly child: Pipeline }[];
}

/** What is said about whole commits of a project. */
export interface CommitShelf<User> {
  readonly commitComments: { id: number; sha: string; author: User; note: string; createdAt: number }[];
}

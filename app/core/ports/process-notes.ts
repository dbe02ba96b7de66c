import type { Settings } from '../contracts/http/settings.ts';

/** How one process is set up and what it reaches, in the words of the API; nothing secret. */
export interface ProcessNote {
  readonly process: 'app' | 'workers';
  /** Tells processes of one kind apart. */
  readonly instance: string;
  readonly version: string;
  readonly variables: Settings['variables'];
  readonly health: Settings['health'];
}

/** What processes say about themselves, for whoever shows it. Errors are those of `store.ts`. */
export interface ProcessNotes {
  /** Writes the note, in place of the one before of the same process; those that nobody renewed for a day go. */
  write(note: ProcessNote): Promise<void>;
  /** Notes that were written within the last `withinMs`, the newest first. */
  recent(withinMs: number): Promise<readonly ProcessNote[]>;
}

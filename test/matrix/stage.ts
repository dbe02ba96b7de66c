import type { Thread } from '#core/domain/host/inbound.ts';
import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import type { Running } from '../../deploy/embedded/start.ts';

/** An issue or a pull request. */
export type Place = Pick<Thread, 'kind' | 'number'>;

/** One host with all of AstraForge behind it, as somebody in one standing meets it. */
export interface Stage {
  readonly astraforge: Running;
  /** Every log line so far. */
  readonly logs: readonly string[];
  /** How often the model was asked. */
  readonly modelCalls: () => number;
  /** The repository where the person of that standing has it, and the person. */
  meet(standing: string): { readonly repo: RepoRef; readonly person: Actor; readonly admin: Actor };
  /** Opens an issue or a pull request, as somebody else. */
  open(standing: string, kind: Place['kind']): Promise<Place>;
  /** Head of the default branch. */
  head(standing: string): Promise<string>;
  /** The person comments; gives the delivery's id. */
  say(standing: string, place: Place, body: string): Promise<string>;
  /** Bodies of our comments there, oldest first, as they are now. */
  ours(standing: string, place: Place): readonly string[];
  /** Asks of whom the host refused to tell the role, up to now. */
  refusedLookups(): number;
  assertNoViolations(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Who opens threads and asks for what others decide about. */
export const ADMIN = 'olga';

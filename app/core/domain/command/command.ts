import type { Verb } from './command-list.ts';
import type { RunOptions } from '../run/run-task.ts';

/**
 * What a person asks for. `run` is `explicit` when the word was written, which always makes a new request; a bare mention
 * may go on with the request of its thread. Prompts and reasons are exactly as written, less outer white space: they can
 * hold HTML comments and invisible characters, which whoever shows or uses them has to remove.
 */
export type Command =
  | { readonly verb: 'run'; readonly prompt: string; readonly options: RunOptions; readonly explicit: boolean }
  | { readonly verb: 'plan'; readonly prompt: string; readonly options: RunOptions }
  /** An empty prompt stands for what reviewers remarked or what failed. */
  | { readonly verb: 'fix'; readonly prompt: string; readonly options: RunOptions }
  | { readonly verb: 'review'; readonly options: RunOptions }
  | { readonly verb: 'retry'; readonly options: RunOptions }
  | { readonly verb: 'revert' }
  | { readonly verb: 'approve' }
  | { readonly verb: 'reject'; readonly reason: string }
  | { readonly verb: 'cancel' }
  | { readonly verb: 'status' }
  | { readonly verb: 'explain' }
  | { readonly verb: 'config' }
  /** `host` is a name in lower case. */
  | { readonly verb: 'allow-host'; readonly host: string; readonly scope: HostScope }
  | { readonly verb: 'help'; readonly about?: Verb };

/** For how long a host is allowed: for one request, or in the repository from now on. */
export type HostScope = 'once' | 'repo';

/** What a text means to us: a command, a mistake that gets one short reply ready to post, or nothing. */
export type ParsedText =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'reply'; readonly text: string }
  | { readonly kind: 'ignore' };

/** What people call us by. */
export interface CommandWords {
  /** The bot's name without `@`: letters, digits and hyphens. `@name` and `/name` are read in any case. */
  readonly mention: string;
  /** Words in lower case that stand for a command at the start of a line, with their slash, e.g. `/approve`. */
  readonly aliases: ReadonlyMap<string, Verb>;
}

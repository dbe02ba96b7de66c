import type { Logger } from '#core/ports/runtime.ts';
import type { Exclusive } from './exclusive.ts';
import type { Git } from './git.ts';

/** What every step on a mirror works with. */
export interface GitSetup {
  readonly git: Git;
  readonly logger: Logger;
  readonly exclusive: Exclusive;
  /** Absolute path of the directory that holds the mirrors. */
  readonly directory: string;
  /** Absolute path for files that live for one call; on the same file system as `directory`. */
  readonly scratch: string;
  readonly allowProtocols: readonly string[];
  /** Commits of history that are kept; undefined keeps all. */
  readonly depthMax: number | undefined;
  /** Bytes all mirrors together may take before the longest unused ones are removed. */
  readonly mirrorsBytesMax: number;
  /** Milliseconds after its last use in which a mirror is never removed to make room. */
  readonly mirrorIdleMs: number;
}

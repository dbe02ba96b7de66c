import type { Position } from './position.ts';

/** A note that only its author sees until it is published. `lineCode` is undefined when its place is not in the diff. */
export interface DraftRecord {
  readonly id: number;
  readonly authorId: number;
  readonly body: string;
  readonly position: Position | undefined;
  readonly lineCode: string | undefined;
}

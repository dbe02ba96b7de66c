import type { Thread } from '#core/domain/host/inbound.ts';

/** Which conversation: an issue, or a pull request (`pull`; GitLab: merge request). GitLab numbers the two apart. */
export type Place = Pick<Thread, 'kind' | 'number'>;

/** Where words are: a comment, or one on a line of a diff. `guid` names the delivery that told us of them. */
export interface Said {
  readonly place: Place;
  readonly id: number;
  readonly isOnLine: boolean;
  readonly guid: string;
}

import type { Place, Said } from './said.ts';

/** A disturbance, and how often it has struck so far. */
export interface Disturbance {
  readonly fired: number;
  remove(): void;
}

/** What passes between host and bot, for tests that disturb it. */
export interface Wire {
  /** An account that the host lets be known as a bot; gives its login, which hosts form as they will. */
  addBot(name: string): string;
  /** The host delivers it once more, under the same id; gives the status of the answer. */
  redeliver(said: Said): Promise<number | null>;
  /** What happens meanwhile is delivered to nobody. */
  undelivered<Value>(act: () => Promise<Value>): Promise<Value>;
  /**
   * What was delivered to nobody arrives after all: under its own id, on GitLab, which has logged none, under a new one.
   * Gives the status of the answer.
   */
  deliverLate(said: Said): Promise<number | null>;
  /** The body of the delivery. */
  bodyOf(said: Said): string;
  /**
   * Sends the delivery again under a new id, or another body, event or secret. Whoever knows the secret can: on GitLab
   * everybody who may edit a hook.
   */
  post(
    said: Said,
    change: { body?: string; event?: string; secret?: 'right' | 'wrong' | 'none' },
  ): Promise<{ readonly guid: string; readonly status: number | null }>;
  /** Our own account opens an issue, by the API as we do; it is delivered like anybody's. */
  openOurIssue(draft: { title: string; body: string; labels: readonly string[] }): Promise<Place>;
  /** The next `times` questions about a person's role are answered with this status, 500 unless named. */
  refuseRoleOf(login: string, how: { times: number; status?: number }): Disturbance;
  /** The next question about the words of an issue is answered that much later. */
  slowReading(delayMs: number): Disturbance;
  /** The host opens our next issue, and its answer is lost. */
  cutOffIssue(): Disturbance;
  /** The host does with our next review what we ask, and its answer is lost. */
  cutOffReview(): Disturbance;
}

import type { ProjectRecord } from './records.ts';

/** Events a hook may subscribe to, by GitLab's trigger name without `_hooks`. */
export type Trigger = 'push' | 'issue' | 'note' | 'merge_request' | 'emoji' | 'pipeline' | 'job';

/** Every trigger the stand-in knows. */
export const TRIGGERS: readonly Trigger[] = ['push', 'issue', 'note', 'merge_request', 'emoji', 'pipeline', 'job'];

/** A hook of one project, or of every project below a group when `groupPath` is set. */
export interface HookRecord {
  readonly id: number;
  readonly project: ProjectRecord | undefined;
  readonly groupPath: string | undefined;
  /** Undefined follows the stand-in's `webhookTarget`. */
  readonly url: string | undefined;
  /** `X-Gitlab-Token`; undefined sends none. */
  readonly token: string | undefined;
  /** `whsec_` and 32 bytes in base64: signs as https://www.standardwebhooks.com/ says; undefined signs nothing. */
  readonly signingSecret: string | undefined;
  readonly triggers: ReadonlySet<Trigger>;
  readonly createdAt: number;
  /** Failures in a row. */
  failures: number;
  /** Milliseconds since the epoch; undefined when it is not paused. */
  disabledUntil: number | undefined;
}

/** One line of a hook's "Recent events". `status` is the code, or `internal error` when nobody answered. */
export interface HookEventRecord {
  readonly id: number;
  readonly hook: HookRecord;
  readonly trigger: string;
  readonly url: string;
  readonly at: number;
  readonly idempotencyKey: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
  readonly status: string;
  readonly durationMs: number;
}

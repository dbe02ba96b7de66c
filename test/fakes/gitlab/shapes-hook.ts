import { z } from 'zod';
import { Flag, Id, Time } from './shapes-user.ts';

const EVENTS = [
  'push_events',
  'issues_events',
  'confidential_issues_events',
  'merge_requests_events',
  'tag_push_events',
  'note_events',
  'confidential_note_events',
  'job_events',
  'pipeline_events',
  'wiki_page_events',
  'deployment_events',
  'releases_events',
  'feature_flag_events',
  'milestone_events',
  'emoji_events',
  'resource_access_token_events',
] as const;

const Flags = z.strictObject(Object.fromEntries(EVENTS.map((name) => [name, z.boolean()])));

/** https://docs.gitlab.com/api/project_webhooks/#retrieve-a-project-webhook */
export const Hook = z.strictObject({
  ...Flags.shape,
  id: Id,
  url: z.string(),
  name: z.string(),
  description: z.string(),
  project_id: Id.optional(),
  group_id: Id.optional(),
  push_events_branch_filter: z.string(),
  branch_filter_strategy: z.literal('wildcard'),
  enable_ssl_verification: z.boolean(),
  repository_update_events: z.boolean(),
  alert_status: z.enum(['executable', 'temporarily_disabled', 'disabled']),
  disabled_until: Time.nullable(),
  url_variables: z.array(z.never()),
  created_at: Time,
  custom_webhook_template: z.string(),
  custom_headers: z.array(z.never()),
});

/** Parameters of https://docs.gitlab.com/api/project_webhooks/#create-a-project-webhook that the stand-in knows. */
export const NewHook = z.strictObject({
  url: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  token: z.string().optional(),
  enable_ssl_verification: Flag.optional(),
  push_events: Flag.optional(),
  issues_events: Flag.optional(),
  note_events: Flag.optional(),
  merge_requests_events: Flag.optional(),
  emoji_events: Flag.optional(),
  pipeline_events: Flag.optional(),
  job_events: Flag.optional(),
});

/** https://docs.gitlab.com/api/project_webhooks/#list-all-events-for-a-project-webhook */
export const HookEvent = z.strictObject({
  id: Id,
  url: z.string(),
  trigger: z.string(),
  request_headers: z.record(z.string(), z.string()),
  request_data: z.looseObject({ object_kind: z.string() }),
  response_headers: z.record(z.string(), z.string()),
  response_body: z.string(),
  execution_duration: z.number(),
  response_status: z.string(),
});

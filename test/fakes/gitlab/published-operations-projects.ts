import { PAGES, type PublishedLines } from './published-notation.ts';

const LEVELS = 'min_access_level=10|15|20|30|40|50';
const HOOK = '/projects/{id}/hooks';
const GROUP_HOOK = '/groups/{id}/hooks';
const EVENTS = '{hook_id}/events';
const RESEND = `${EVENTS}/{hook_log_id}/resend`;

/** Users, the instance, groups, projects and their hooks, in the notation and from the source of `published-notation.ts`. */
export const PUBLISHED_ON_PROJECTS: PublishedLines = {
  'GET /user': '',
  'GET /users/{id}': 'with_custom_attributes custom_attributes',
  'GET /version': '',
  'GET /metadata': '',
  'GET /groups': [
    'statistics archived skip_groups all_available visibility=private|internal|public search owned',
    `order_by=name|path|id|similarity sort=asc|desc ${LEVELS} top_level_only marked_for_deletion_on active`,
    `repository_storage ${PAGES} with_custom_attributes custom_attributes`,
  ].join(' '),
  [`GET ${GROUP_HOOK}`]: PAGES,
  [`GET ${GROUP_HOOK}/${EVENTS}`]: `status ${PAGES}`,
  [`POST ${GROUP_HOOK}/${RESEND}`]: '',
  'GET /projects': [
    'order_by=id|name|path|created_at|updated_at|last_activity_at|similarity|star_count|storage_size|repository_size',
    '|wiki_size|packages_size sort=asc|desc archived visibility=private|internal|public search search_namespaces',
    ' owned starred imported membership with_issues_enabled with_merge_requests_enabled with_programming_language',
    ` ${LEVELS} id_after id_before last_activity_after last_activity_before repository_storage topic topic_id`,
    ' updated_before updated_after include_pending_delete marked_for_deletion_on active wiki_checksum_failed',
    ` repository_checksum_failed include_hidden ${PAGES} simple statistics with_custom_attributes custom_attributes`,
  ].join(''),
  'GET /projects/{id}': 'statistics with_custom_attributes custom_attributes license',
  'GET /projects/{id}/members/all/{user_id}': '',
  'GET /projects/{id}/events': [
    'action target_type=issue|milestone|merge_request|note|project|snippet|user|wiki|design before after',
    `sort=asc|desc ${PAGES}`,
  ].join(' '),
  'GET /projects/{id}/uploads/{secret}/{filename}': '',
  [`GET ${HOOK}`]: PAGES,
  [`POST ${HOOK}`]: [
    'url* name description push_events issues_events confidential_issues_events merge_requests_events tag_push_events',
    'note_events confidential_note_events job_events pipeline_events wiki_page_events deployment_events',
    'feature_flag_events releases_events milestone_events emoji_events resource_access_token_events',
    'enable_ssl_verification token push_events_branch_filter custom_webhook_template',
    'branch_filter_strategy=wildcard|regex|all_branches vulnerability_events url_variables custom_headers',
  ].join(' '),
  [`GET ${HOOK}/{hook_id}`]: '',
  [`GET ${HOOK}/${EVENTS}`]: `status ${PAGES}`,
  [`POST ${HOOK}/${RESEND}`]: '',
};

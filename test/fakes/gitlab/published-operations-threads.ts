import { PAGES, type PublishedLines } from './published-notation.ts';

const ISSUE = '/projects/{id}/issues';
const ONE_ISSUE = `${ISSUE}/{issue_iid}`;
const CHANGE = '/projects/{id}/merge_requests';
const ONE_CHANGE = `${CHANGE}/{merge_request_iid}`;
const THREADS = `${CHANGE}/{noteable_id}/discussions`;
const ONE_THREAD = `${THREADS}/{discussion_id}`;
const DRAFTS = `${ONE_CHANGE}/draft_notes`;

const LINE = ['line_code', 'type', 'old_line', 'new_line'];
const POSITION = [
  'position position.base_sha* position.start_sha* position.head_sha* position.position_type*=text|image|file',
  'position.new_path position.new_line position.old_path position.old_line position.width position.height',
  'position.x position.y position.line_range position.line_range.start position.line_range.end',
  ...LINE.map((name) => `position.line_range.start.${name} position.line_range.end.${name}`),
].join(' ');
const TIMES = 'created_after created_before updated_after updated_before';
const SCOPES = 'created-by-me|assigned-to-me|created_by_me|assigned_to_me';
const LABELS = 'labels add_labels remove_labels';
const ON_CHANGE = [
  `assignee_id assignee_ids reviewer_ids description ${LABELS} milestone_id remove_source_branch allow_collaboration`,
  'allow_maintainer_to_push squash merge_after approvals_before_merge approval_rules_attributes',
].join(' ');
const ON_ISSUE = [
  `description assignee_ids assignee_id milestone_id ${LABELS} due_date confidential discussion_locked created_at`,
  'issue_type=issue|incident|test_case|requirement|task|ticket weight epic_id epic_iid',
].join(' ');

/** Notes are published alike for whatever they hang on. */
function notesOn(path: string): PublishedLines {
  const filter = 'activity_filter=all_notes|only_comments|only_activity';
  return {
    [`GET ${path}`]: `order_by=created_at|updated_at sort=asc|desc ${filter} ${PAGES}`,
    [`POST ${path}`]: 'body* confidential internal created_at merge_request_diff_head_sha',
    [`GET ${path}/{note_id}`]: '',
    [`PUT ${path}/{note_id}`]: 'body confidential',
    [`DELETE ${path}/{note_id}`]: '',
  };
}

/** Reactions are published alike for whatever they hang on. */
function reactionsOn(path: string): PublishedLines {
  return {
    [`GET ${path}/award_emoji`]: PAGES,
    [`POST ${path}/award_emoji`]: 'name*',
    [`DELETE ${path}/award_emoji/{award_id}`]: '',
  };
}

const ISSUES: PublishedLines = {
  [`GET ${ISSUE}`]: [
    'with_labels_details state=opened|closed|all closed_by_id order_by=created_at|due_date|label_priority',
    '|milestone_due|popularity|priority|relative_position|title|updated_at|weight sort=asc|desc due_date issue_type',
    ' labels milestone milestone_id iids search in author_id author_username assignee_id assignee_username',
    ` ${TIMES} not scope=${SCOPES}|all my_reaction_emoji confidential weight epic_id health_status iteration_id`,
    ` iteration_title ${PAGES} cursor`,
  ].join(''),
  [`POST ${ISSUE}`]: `title* merge_request_to_resolve_discussions_of discussion_to_resolve iid ${ON_ISSUE}`,
  [`GET ${ONE_ISSUE}`]: '',
  [`PUT ${ONE_ISSUE}`]: `title updated_at state_event=reopen|close ${ON_ISSUE}`,
  [`GET ${ONE_ISSUE}/links`]: '',
  [`GET ${ONE_ISSUE}/related_merge_requests`]: '',
  [`GET ${ONE_ISSUE}/closed_by`]: '',
};

const CHANGES: PublishedLines = {
  [`GET ${CHANGE}`]: [
    'author_id author_username assignee_id assignee_username reviewer_username labels milestone my_reaction_emoji',
    ' reviewer_id state=opened|closed|locked|merged|all order_by=created_at|label_priority|milestone_due|popularity',
    '|priority|title|updated_at|merged_at sort=asc|desc with_labels_details with_merge_status_recheck',
    ` ${TIMES} view=simple scope=${SCOPES}|reviews_for_me|all source_branch source_project_id target_branch search in`,
    ' wip=yes|no not deployed_before deployed_after environment approved=yes|no merge_user_id merge_user_username',
    ` approver_ids approved_by_ids approved_by_usernames ${PAGES} iids`,
  ].join(''),
  [`POST ${CHANGE}`]: `title* source_branch* target_branch* target_project_id ${ON_CHANGE}`,
  [`GET ${ONE_CHANGE}`]: 'render_html include_diverged_commits_count include_rebase_in_progress',
  [`PUT ${ONE_CHANGE}`]: `title target_branch state_event=close|reopen discussion_locked ${ON_CHANGE}`,
  [`PUT ${ONE_CHANGE}/merge`]: [
    'merge_commit_message squash_commit_message should_remove_source_branch merge_when_pipeline_succeeds auto_merge',
    'sha squash skip_merge_train',
  ].join(' '),
  [`GET ${ONE_CHANGE}/versions`]: PAGES,
  [`GET ${ONE_CHANGE}/versions/{version_id}`]: 'unidiff',
  [`GET ${ONE_CHANGE}/diffs`]: `${PAGES} unidiff`,
  [`GET ${ONE_CHANGE}/changes`]: 'unidiff',
  [`GET ${ONE_CHANGE}/commits`]: PAGES,
  [`GET ${ONE_CHANGE}/pipelines`]: '',
  [`GET ${ONE_CHANGE}/closes_issues`]: PAGES,
};

const DISCUSSIONS: PublishedLines = {
  [`GET ${ISSUE}/{noteable_id}/discussions`]: PAGES,
  [`GET ${THREADS}`]: PAGES,
  [`POST ${THREADS}`]: `body* created_at ${POSITION}`,
  [`GET ${ONE_THREAD}`]: '',
  [`PUT ${ONE_THREAD}`]: 'resolved*',
  [`POST ${ONE_THREAD}/notes`]: 'body* created_at',
  [`PUT ${ONE_THREAD}/notes/{note_id}`]: 'body resolved',
  [`DELETE ${ONE_THREAD}/notes/{note_id}`]: '',
  [`GET ${DRAFTS}`]: '',
  [`POST ${DRAFTS}`]: `note* in_reply_to_discussion_id commit_id resolve_discussion ${POSITION}`,
  [`DELETE ${DRAFTS}/{draft_note_id}`]: '',
  [`POST ${DRAFTS}/bulk_publish`]: '',
};

/** Issues, merge requests and what is said about them, in the notation and from the source of `published-notation.ts`. */
export const PUBLISHED_ON_THREADS: PublishedLines = {
  ...ISSUES,
  ...CHANGES,
  ...DISCUSSIONS,
  ...notesOn(`${ISSUE}/{noteable_id}/notes`),
  ...notesOn(`${CHANGE}/{noteable_id}/notes`),
  ...reactionsOn(ONE_ISSUE),
  ...reactionsOn(`${ONE_ISSUE}/notes/{note_id}`),
  ...reactionsOn(ONE_CHANGE),
  ...reactionsOn(`${ONE_CHANGE}/notes/{note_id}`),
};

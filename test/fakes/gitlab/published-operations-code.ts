import { PAGES, type PublishedLines } from './published-notation.ts';

const BRANCH = '/projects/{id}/repository/branches';
const COMMIT = '/projects/{id}/repository/commits/{sha}';
const FILE = '/projects/{id}/repository/files/{file_path}';
const PIPELINE = '/projects/{id}/pipelines';
const STATUS = [
  'created|waiting_for_resource|preparing|waiting_for_callback|pending|running|success|failed|canceling|canceled',
  'skipped|manual|scheduled',
].join('|');
const SOURCE = [
  'unknown|push|web|trigger|schedule|api|external|pipeline|chat|webide|merge_request_event',
  'external_pull_request_event|parent_pipeline|ondemand_dast_scan|ondemand_dast_validation',
  'security_orchestration_policy|container_registry_push|duo_workflow|pipeline_execution_policy_schedule',
].join('|');

/** Branches, commits, files and pipelines, in the notation and from the source of `published-notation.ts`. */
export const PUBLISHED_ON_CODE: PublishedLines = {
  [`GET ${BRANCH}`]: `${PAGES} search regex sort=name_asc|updated_asc|updated_desc page_token`,
  [`POST ${BRANCH}`]: 'branch* ref*',
  [`GET ${BRANCH}/{branch}`]: '',
  [`DELETE ${BRANCH}/{branch}`]: '',
  [`GET ${COMMIT}`]: 'stats',
  [`GET ${COMMIT}/comments`]: PAGES,
  [`POST ${COMMIT}/comments`]: 'note* path line* line_type*=new|old',
  [`GET ${COMMIT}/merge_requests`]: `state ${PAGES}`,
  [`GET ${COMMIT}/statuses`]: `ref stage name pipeline_id all order_by=id|pipeline_id sort=asc|desc ${PAGES}`,
  'POST /projects/{id}/statuses/{sha}': [
    'state*=pending|running|success|failed|canceled|skipped',
    'ref target_url description name context coverage pipeline_id',
  ].join(' '),
  [`GET ${FILE}`]: 'ref*',
  [`GET ${FILE}/raw`]: 'ref lfs',
  'GET /projects/{id}/repository/merge_base': 'refs*',
  'GET /projects/{id}/repository/tree': `ref path recursive ${PAGES} pagination=legacy|keyset|none page_token`,
  [`GET ${PIPELINE}`]: [
    `${PAGES} scope=running|pending|finished|branches|tags status=${STATUS} ref sha yaml_errors username`,
    'updated_before updated_after created_before created_after order_by=id|status|ref|updated_at|user_id',
    `sort=asc|desc source=${SOURCE} name`,
  ].join(' '),
  [`GET ${PIPELINE}/{pipeline_id}`]: '',
  [`GET ${PIPELINE}/{pipeline_id}/jobs`]: `include_retried scope ${PAGES}`,
  [`GET ${PIPELINE}/{pipeline_id}/bridges`]: `scope ${PAGES}`,
  'GET /projects/{id}/jobs/{job_id}': '',
  'GET /projects/{id}/jobs/{job_id}/trace': '',
};

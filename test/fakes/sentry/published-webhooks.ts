import type { PublishedShape } from '../tracker/published.ts';

/*
 * Facts out of the samples and attribute lists of Sentry's documentation of its webhooks, written down by hand:
 * https://docs.sentry.io/organization/integrations/integration-platform/webhooks/ as of commit
 * 2e59ab6ba685ba182f3d75d377589c88d1df5197 of https://github.com/getsentry/sentry-docs.
 */

/** Resources, as the header `Sentry-Hook-Resource` names them. */
export type Resource = 'installation' | 'event_alert' | 'issue' | 'metric_alert' | 'error' | 'comment';

const ENVELOPE = 'action:string actor:object data:object installation:object';
const ACTOR = 'id:any name:string type:=user|application';

const around = (data: string): PublishedShape => ({
  '': ENVELOPE,
  actor: ACTOR,
  installation: 'uuid:string',
  data,
});

// Below the line with `~` is what an event has when its SDK sent it; the event of the samples came without.
const EVENT = [
  '_ref:number _ref_version:number contexts:object culprit:string datetime:string dist:string/null event_id:string',
  'exception~:object fingerprint:list grouping_config:object hashes:list issue_url:string issue_id:string',
  'key_id:string level:string location:string/null logger:string message:string metadata:object platform:string',
  'project:number received:number release:string/null request~:object sdk:object tags:list time_spent:any/null',
  'timestamp:number title:string type:string url:string user~:object version:string web_url:string',
  'breadcrumbs~:object environment~:string extra~:object modules~:object transaction~:string',
].join(' ');

const FRAME = [
  'abs_path:string/null colno:number/null context_line:string/null data:object/null errors:any/null',
  'filename:string/null function:string/null image_addr:string/null in_app:boolean instruction_addr:string/null',
  'lineno:number/null module:string/null package:string/null platform:string/null post_context:list/null',
  'pre_context:list/null raw_function:string/null symbol:string/null symbol_addr:string/null trust:string/null',
  'vars:object/null',
].join(' ');

const eventAt = (at: string): PublishedShape => ({
  [at]: EVENT,
  [`${at}.exception`]: 'values:list',
  [`${at}.exception.values[]`]: 'mechanism:object/null stacktrace:object/null type:string/null value:string/null',
  [`${at}.exception.values[].mechanism`]: [
    'data:object/null description:string/null handled:boolean/null help_link:string/null meta:object/null',
    'synthetic:boolean/null type:string',
  ].join(' '),
  [`${at}.exception.values[].stacktrace`]: 'frames:list',
  [`${at}.exception.values[].stacktrace.frames[]`]: FRAME,
  [`${at}.grouping_config`]: 'enhancements:string id:string',
  [`${at}.request`]: [
    'cookies:any/null data:any/null env:any/null fragment:string/null headers:list inferred_content_type:string/null',
    'method:string/null query_string:list url:string/null',
  ].join(' '),
  [`${at}.sdk`]: 'integrations:list name:string packages:list version:string',
  [`${at}.sdk.packages[]`]: 'name:string version:string',
  [`${at}.breadcrumbs`]: 'values:list',
});

// The three addresses at the end are in the list of attributes, not in the sample.
const ISSUE = [
  'annotations:list assignedTo:object/null count:string culprit:string firstSeen:string hasSeen:boolean id:string',
  'isBookmarked:boolean isPublic:boolean isSubscribed:boolean lastSeen:string level:string logger:string/null',
  'metadata:object numComments:number permalink:string/null platform:string project:object shareId:string/null',
  'shortId:string status:=resolved|unresolved|ignored statusDetails:object subscriptionDetails:object/null',
  'substatus:=archived_until_escalating|archived_until_condition_met|archived_forever|escalating|ongoing|regressed|new/null',
  'title:string type:string userCount:number url:string web_url:string project_url:string',
].join(' ');

const ALERT_RULE = [
  'aggregate:string created_by:any/null dataset:string date_created:string date_modified:string',
  'environment:string/null id:string include_all_projects:boolean name:string organization_id:string projects:list',
  'query:string resolution:number resolve_threshold:number/null status:number threshold_period:number',
  'threshold_type:number time_window:number triggers:list',
].join(' ');

/** Each resource with the shape of its body. */
export const WEBHOOKS: Readonly<Record<Resource, PublishedShape>> = {
  installation: {
    ...around('installation:object'),
    'data.installation': 'status:string organization:object app:object code:string uuid:string',
    'data.installation.organization': 'slug:string',
    'data.installation.app': 'uuid:string slug:string',
  },
  event_alert: {
    ...around('event:object triggered_rule:string issue_alert~:object'),
    ...eventAt('data.event'),
    'data.issue_alert': 'title:string settings:list',
  },
  error: { ...around('error:object'), ...eventAt('data.error') },
  issue: {
    ...around('issue:object'),
    'data.issue': ISSUE,
    'data.issue.project': 'id:string name:string platform:string slug:string',
  },
  metric_alert: {
    ...around('description_text:string description_title:string metric_alert:object web_url:string'),
    'data.metric_alert': [
      'alert_rule:object date_closed:string/null date_created:string date_detected:string date_started:string',
      'id:string identifier:string organization_id:string projects:list status:number status_method:number',
      'title:string type:number',
    ].join(' '),
    'data.metric_alert.alert_rule': ALERT_RULE,
  },
  comment: around('comment:string project_slug:string comment_id:number issue_id:number timestamp:string'),
};

/** Each resource with its actions. */
export const ACTIONS: Readonly<Record<Resource, readonly string[]>> = {
  installation: ['created', 'deleted'],
  event_alert: ['triggered'],
  issue: ['created', 'resolved', 'assigned', 'archived', 'unresolved'],
  metric_alert: ['critical', 'warning', 'resolved'],
  error: ['created'],
  comment: ['created', 'updated', 'deleted'],
};

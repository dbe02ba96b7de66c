import type { PublishedShape } from '../tracker/published.ts';

/*
 * Facts out of Glitchtip's own source, which is what describes its API, written down by hand:
 * https://gitlab.com/glitchtip/glitchtip-backend around version 6.2, the schemas in apps/issue_events/schema.py,
 * apps/releases/schema.py and apps/projects/schema.py. Where it says that it is Sentry's API it is so by name, and less.
 */

const ISSUE_LINE = [
  'id:string count:string type:string level:=sample|debug|info|warning|error|fatal',
  'status:=unresolved|resolved|ignored project:object shortId:string numComments:number stats:object/null',
  'logger:string/null permalink:string/null firstSeen:string lastSeen:string title:string metadata:object',
  'culprit:string userReportCount:number',
].join(' ');
const PROJECT_OF_ISSUE = 'id:string name:string slug:string platform:string/null';

/** Answer of `GET /issues/{}/`. `userCount` is 0 and `permalink` a remark, whatever happened; there is no substatus. */
export const ISSUE: PublishedShape = {
  '': [
    ISSUE_LINE,
    'shareId:any/null statusDetails:object/null subscriptionDetails:string/null userCount:number/null',
    'matchingEventId:string/null',
  ].join(' '),
  project: PROJECT_OF_ISSUE,
};

/** Answer of `PUT`: `update_issue` does not ask for aliases (`by_alias`), so that these names have underscores. */
export const ISSUE_AFTER_UPDATE: PublishedShape = {
  '': [
    ISSUE_LINE,
    'share_id:any/null status_details:object/null subscription_details:string/null user_count:number/null',
    'matching_event_id:string/null',
  ].join(' '),
  project: PROJECT_OF_ISSUE,
};

/** Body of `PUT /issues/{}/` and of `PUT /organizations/{}/issues/{}/`: `UpdateIssueSchema`. */
export const ISSUE_UPDATE: PublishedShape = {
  '': 'status~:=unresolved|resolved|ignored/null statusDetails~:object/null merge~:number/null',
  statusDetails: 'inRelease~:string/null inNextRelease~:boolean/null',
};

/** Answer for one event: `IssueEventDetailSchema`. The release is among the tags only. */
export const EVENT: PublishedShape = {
  '': [
    'id:string eventID:string projectID:number groupID:string dateCreated:string dateReceived:string',
    'dist:string/null culprit:string/null packages:object/null type:string title:string message:string',
    'metadata:object tags:list platform:string/null entries:list contexts:object/null context:object/null',
    'user:object/null sdk:object/null userReport:object/null nextEventID:string/null previousEventID:string/null',
  ].join(' '),
  'tags[]': 'key:string value:string/null',
  'entries[]': 'type:=exception|breadcrumbs|message|request|csp data:object',
};

/** Data of an entry of type `exception`: `get_entries` in apps/issue_events/utils.py. Frames are oldest first. */
export const EXCEPTION_ENTRY: PublishedShape = {
  '': 'values:list hasSystemFrames:boolean excOmitted~:any/null',
  'values[]': 'type:string value~:string/null module~:string/null mechanism~:object/null stacktrace~:object/null',
  'values[].stacktrace': 'frames:list registers~:object/null',
  'values[].stacktrace.frames[]': [
    'filename~:string/null function~:string/null module~:string/null absPath~:string/null lineNo~:number/null',
    'colNo~:number/null inApp~:boolean/null context~:list context_line~:string/null vars~:object/null',
  ].join(' '),
};

/** A comment: `CommentSchema`; its id is a number, unlike Sentry's. */
export const COMMENT: PublishedShape = {
  '': 'id:number type:string data:object dateCreated:string user:object/null',
  data: 'text:string',
  user: 'id:string email:string',
};

/** Answer of `GET /issues/{}/comments/`. */
export const COMMENTS: PublishedShape = {
  '[]': 'id:number type:string data:object dateCreated:string user:object/null',
  '[].data': 'text:string',
  '[].user': 'id:string email:string',
};

/** What a comment is written with: `PostCommentSchema`. */
export const NEW_COMMENT: PublishedShape = { '': 'data:object', data: 'text:string' };

const RELEASE_LINE = [
  'version:string shortVersion:string ref:string/null url:string/null data:object commitCount:number',
  'deployCount:number dateCreated:string dateReleased:string/null projects:list repository~:object/null',
].join(' ');

/** Answer of `GET /organizations/{}/releases/{}/`. */
export const RELEASE: PublishedShape = { '': RELEASE_LINE, 'projects[]': 'name:string slug:string' };

/** Answer of `GET /organizations/{}/releases/`. */
export const RELEASES: PublishedShape = { '[]': RELEASE_LINE, '[].projects[]': 'name:string slug:string' };

/** Answer of `GET /organizations/{}/releases/{}/commits/` and of `GET /issues/{}/commits/`. */
export const COMMITS: PublishedShape = { '[]': 'id:string message:string authorName:string authorEmail:string' };

/** Answer of `GET /organizations/{}/projects/`. */
export const PROJECTS: PublishedShape = {
  '[]': [
    'id:string name:string slug:string platform:string/null avatar:object color:string features:list hasAccess:boolean',
    'isBookmarked:boolean isInternal:boolean isMember:boolean isPublic:boolean scrubIPAddresses:boolean',
    'dateCreated:string firstEvent:string/null eventThrottleRate:number downsampleRate~:number/null teams:list',
  ].join(' '),
};

/** Names of the query of a list. */
export const PAGES = 'limit cursor';

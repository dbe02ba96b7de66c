import type { PublishedShape } from '../tracker/published.ts';

/* Facts from the same description and commit as `published-issue.ts`. */

const TYPE = '=default|error|csp|nel|hpkp|expectct|expectstaple|transaction|generic|feedback';

/** Answer of `GET /organizations/{}/issues/{}/events/{}/`. */
export const EVENT: PublishedShape = {
  '': [
    'id:string groupID:string/null eventID:string projectID:string message:string/null title:string',
    'location:string/null user:object/null tags:list platform:string dateReceived:string/null contexts:object/null',
    `size:number/null entries:list dist:string/null sdk:object/null context:object/null packages:object type:${TYPE}`,
    'metadata:object errors:list occurrence:object/null _meta:object crashFile~:string/null culprit~:string/null',
    'dateCreated~:string fingerprints~:list groupingConfig~:object release:object/null userReport:object/null',
    'sdkUpdates:list resolvedWith:list nextEventID:string/null previousEventID:string/null',
  ].join(' '),
  user: [
    'id~:string/null email~:string/null username~:string/null ip_address~:string/null name~:string/null',
    'geo~:object/null data~:object/null',
  ].join(' '),
  'tags[]': 'query~:string key:string value:string',
  'entries[]': 'type:string data:object',
  sdk: 'name:string/null version:string/null',
  release: [
    'id~:number commitCount~:number data~:object dateCreated~:string dateReleased~:string/null deployCount~:number',
    'ref~:string/null lastCommit~:object/null lastDeploy~:object/null status~:string url~:string/null',
    'userAgent~:string/null version~:string/null versionInfo~:object/null',
  ].join(' '),
};

/**
 * Data of an entry of type `exception`, by the description's example. `context` is a list of pairs of line number and text,
 * and `inApp` says whether the frame is one's own code. Frames are listed from the oldest to the newest.
 */
export const EXCEPTION_ENTRY: PublishedShape = {
  '': 'values:list excOmitted:any/null hasSystemFrames:boolean',
  'values[]': [
    'type:string/null value:string/null module:string/null mechanism:object/null threadId:any/null',
    'stacktrace:object/null rawStacktrace:object/null',
  ].join(' '),
  'values[].stacktrace': 'frames:list framesOmitted:any/null registers:object/null hasSystemFrames:boolean',
  'values[].stacktrace.frames[]': [
    'function:string/null errors:any/null colNo:number/null vars:object/null package:string/null absPath:string/null',
    'inApp:boolean lineNo:number/null module:string/null filename:string/null platform:string/null',
    'instructionAddr:string/null context:list symbolAddr:string/null trust:string/null symbol:string/null',
  ].join(' '),
};

/** Data of an entry of type `breadcrumbs`, by the same example. */
export const BREADCRUMBS_ENTRY: PublishedShape = {
  '': 'values:list',
  'values[]': [
    'category:string/null level:string/null event_id:string/null timestamp:string/null data:object/null',
    'message:string/null type:string',
  ].join(' '),
};

/** Data of an entry of type `request`, by the same example; headers and query are lists of pairs. */
export const REQUEST_ENTRY: PublishedShape = {
  '': [
    'fragment:string/null cookies:list inferredContentType:string/null env:object/null headers:list url:string/null',
    'query:list data:any/null method:string/null',
  ].join(' '),
};

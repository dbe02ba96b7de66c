import type { PublishedShape } from '../tracker/published.ts';

/*
 * Facts out of Sentry's own description of its API, written down by hand: `openapi-derefed.json` of
 * https://github.com/getsentry/sentry-api-schema at commit a589a26c3b29bfc342a47baa963b7970961f958e (release 0.272.0).
 * To renew: take the file at a newer commit, compare operation by operation, and name the new commit here.
 */

const SUBSTATUS =
  '=archived_until_escalating|archived_until_condition_met|archived_forever|escalating|ongoing|regressed|new/null';
const TYPE = '=default|error|csp|nel|hpkp|expectct|expectstaple|transaction|generic|feedback';

const BASE = [
  'id:string shareId:string/null shortId:string title:string culprit:string/null permalink:string logger:string/null',
  'level:=sample|debug|info|warning|error|fatal|unknown',
  'status:=resolved|ignored|pending_deletion|pending_merge|reprocessing|unresolved',
  `statusDetails:object substatus:${SUBSTATUS} isPublic:boolean platform:string/null priority:=low|medium|high/null`,
  'priorityLockedAt:string/null seerFixabilityScore:number/null seerAutofixLastTriggered:string/null',
  `seerExplorerAutofixLastTriggered:string/null project:object type:${TYPE} issueType:string issueCategory:string`,
  'metadata:object numComments:number assignedTo:object/null isBookmarked:boolean isSubscribed:boolean',
  'subscriptionDetails:object/null hasSeen:boolean annotations:list',
  'isUnhandled~:boolean count~:string userCount~:number firstSeen~:string/null lastSeen~:string/null',
].join(' ');

const PARTS: PublishedShape = {
  statusDetails: [
    'ignoreCount~:number ignoreUntil~:string ignoreUserCount~:number ignoreUserWindow~:number ignoreWindow~:number',
    'actor~:object inNextRelease~:boolean inRelease~:string inCommit~:string pendingEvents~:number info~:object/null',
  ].join(' '),
  project: 'id:string name:string slug:string platform:string/null',
  assignedTo: 'type:=user|team id:string name:string email~:string',
};

/** Answer of `PUT /organizations/{}/issues/{}/`. */
export const ISSUE_AFTER_UPDATE: PublishedShape = { ...PARTS, '': BASE };

/** Answer of `GET /organizations/{}/issues/{}/`. */
export const ISSUE: PublishedShape = {
  ...PARTS,
  '': [
    BASE,
    'firstRelease~:object/null lastRelease~:object/null tags~:list stats~:object inbox~:object/null owners~:list/null',
    'activity:list seenBy:list userReportCount:number participants:list',
  ].join(' '),
  'tags[]': 'key:string name:string totalValues:number',
};

/**
 * Body of `PUT /organizations/{}/issues/{}/`. The description marks every field as required; its own words and its example
 * say that what is left out stays as it is, and so it is.
 */
export const ISSUE_UPDATE: PublishedShape = {
  '': [
    'inbox~:boolean status~:=resolved|unresolved|ignored|resolvedInNextRelease|muted statusDetails~:object',
    `substatus~:${SUBSTATUS} hasSeen~:boolean isBookmarked~:boolean isPublic~:boolean isSubscribed~:boolean`,
    'merge~:boolean discard~:boolean assignedTo~:string priority~:=low|medium|high',
  ].join(' '),
  statusDetails: [
    'inNextRelease~:boolean inRelease~:string inCommit~:object ignoreDuration~:number ignoreCount~:number',
    'ignoreWindow~:number ignoreUserCount~:number ignoreUserWindow~:number',
  ].join(' '),
  'statusDetails.inCommit': 'commit:string repository:string',
};

/** Names of the query of `GET /organizations/{}/issues/{}/`. */
export const ISSUE_QUERY = 'environment expand collapse';

/**
 * A comment: private API, so not in the description. `ActivitySerializer` in src/sentry/api/serializers/models/activity.py;
 * its paths and answers: src/sentry/issues/endpoints/group_notes.py and group_notes_details.py.
 */
export const NOTE: PublishedShape = {
  '': 'id:string user:object/null type:=note data:object dateCreated:string',
  user: 'id:string name:string email:string username:string',
  data: 'text:string',
};

/** What a comment is written with: `NoteSerializer` in src/sentry/api/serializers/rest_framework/group_notes.py. */
export const NEW_NOTE: PublishedShape = { '': 'text:string mentions~:list external_id~:string' };

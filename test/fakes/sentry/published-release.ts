import type { PublishedShape } from '../tracker/published.ts';

/* Facts from the same description and commit as `published-issue.ts`. */

const RELEASE_LINE = [
  'ref~:string/null url~:string/null dateReleased~:string/null dateCreated~:string/null dateStarted~:string/null',
  'owner~:object/null lastCommit~:object/null lastDeploy~:object/null firstEvent~:string/null lastEvent~:string/null',
  'currentProjectMeta~:object/null userAgent~:string/null adoptionStages~:object/null id:number version:string',
  'newGroups:number status:string shortVersion:string versionInfo:object/null data:object commitCount:number',
  'deployCount:number authors:list projects:list',
].join(' ');
const PROJECT_OF_RELEASE = [
  'id:number slug:string name:string platform:string/null platforms:list/null hasHealthData:boolean newGroups:number',
  'healthData~:object/null dateReleased~:string/null dateCreated~:string/null dateStarted~:string/null',
].join(' ');
const VERSION_INFO = 'description~:string package:string/null version:object buildHash:string/null';

/** Answer of `GET /organizations/{}/releases/{}/`; whoever has no account is an author by name and address. */
export const RELEASE: PublishedShape = {
  '': RELEASE_LINE,
  versionInfo: VERSION_INFO,
  'projects[]': PROJECT_OF_RELEASE,
  'authors[]': 'name:string/null email:string',
};

/** Answer of `GET /organizations/{}/releases/`. */
export const RELEASES: PublishedShape = {
  '[]': RELEASE_LINE,
  '[].versionInfo': VERSION_INFO,
  '[].projects[]': PROJECT_OF_RELEASE,
  '[].authors[]': 'name:string/null email:string',
};

/** Names of the query of `GET /organizations/{}/releases/`. */
export const RELEASES_QUERY = 'project environment query per_page cursor';

const COMMIT = [
  'id:string message:string/null dateCreated:string pullRequest:object/null suspectCommitType:string',
  'repository~:object author~:object releases:list',
].join(' ');
const REPOSITORY = [
  'url~:string/null provider~:object status~:string integrationId~:string/null externalSlug~:string/null',
  'externalId~:string/null settings~:object/null id:string name:string dateCreated:string',
].join(' ');
const RELEASE_OF_COMMIT =
  'version:string shortVersion:string ref:string/null url:string/null dateReleased:string/null dateCreated:string';

/** Answer of `GET /organizations/{}/releases/{}/commits/`. */
export const COMMITS: PublishedShape = {
  '[]': COMMIT,
  '[].repository': REPOSITORY,
  '[].author': 'name:string/null email:string',
  '[].releases[]': RELEASE_OF_COMMIT,
};

/**
 * Answer of `GET /projects/{}/{}/events/{}/committers/`, the suspect commits: private API, so not in the description.
 * `get_serialized_event_file_committers` in src/sentry/utils/committers.py; 404 where nothing is suspected.
 */
export const COMMITTERS: PublishedShape = {
  '': 'committers:list',
  'committers[]': 'author:object/null commits:list group_owner_id~:number',
  'committers[].author': 'name:string/null email:string',
  'committers[].commits[]': COMMIT,
  'committers[].commits[].repository': REPOSITORY,
  'committers[].commits[].releases[]': RELEASE_OF_COMMIT,
};

const INSIGHTS = [
  'Http',
  'Db',
  'Assets',
  'AppStart',
  'ScreenLoad',
  'Vitals',
  'Caches',
  'Queues',
  'AgentMonitoring',
  'MCP',
];
const HAS = ['Feedbacks', 'Flags', 'MinifiedStackTrace', 'Monitors', 'NewFeedbacks', 'Profiles', 'Replays', 'Sessions'];

/** What a project has, which is a field of its own for each. */
export const PROJECT_FLAGS: readonly string[] = [
  ...[...HAS, ...INSIGHTS.map((name) => `Insights${name}`), 'Logs', 'TraceMetrics', 'UserReports'].map(
    (name) => `has${name}`,
  ),
];

/** Answer of `GET /organizations/{}/projects/`. */
export const PROJECTS: PublishedShape = {
  '[]': [
    'latestDeploys~:object/null options~:object stats~:any/null transactionStats~:any/null sessionStats~:any/null',
    'id:string slug:string name:string platform:string/null dateCreated:string isBookmarked:boolean isMember:boolean',
    'features:list firstEvent:string/null firstTransactionEvent:boolean access:list hasAccess:boolean',
    'team:object/null teams:list platforms:list environments:list latestRelease:object/null',
    ...PROJECT_FLAGS.map((name) => `${name}:boolean`),
  ].join(' '),
  '[].team': 'id:string name:string slug:string',
  '[].latestRelease': 'version:string',
};

/** Names of the query of `GET /organizations/{}/projects/`. */
export const PROJECTS_QUERY = 'cursor per_page query';

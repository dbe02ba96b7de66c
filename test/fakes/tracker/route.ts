import type { OperationAnswer } from '../git-host/answer.ts';
import { splitName, type Method, type RouteName } from '../git-host/routing.ts';
import type { Refusals } from './failure.ts';
import type { PublishedShape } from './published.ts';
import type { EventRecord, IssueRecord, ProjectRecord, ReleaseRecord, TokenRecord } from './records.ts';
import { findProject, type TrackerWorld, type WriteKind } from './world.ts';

/** An answer, with the kinds of writes that trackers have. */
export type Answer = OperationAnswer<WriteKind>;

/** A request that has been routed, judged and identified; `body` keeps to the route's shape. */
export interface Call {
  readonly world: TrackerWorld;
  readonly refusals: Refusals;
  readonly token: TokenRecord;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Address that was asked for, for links to other pages. */
  readonly url: string;
}

/** What is published of an operation. */
export interface Published {
  /** Scopes of which one is needed. */
  readonly scopes: readonly string[];
  /** Names of query parameters in one line, all optional. */
  readonly query?: string;
  /** Of the body; undefined where none is taken. */
  readonly body?: PublishedShape;
  /** Of a successful answer; undefined: no body. */
  readonly answer: PublishedShape | undefined;
}

/** One operation we model. */
export interface Route extends RouteName, Published {
  handle(call: Call): Answer;
}

/** A route below `/api/0`, without the slash that ends every path of both vendors. */
export function route(name: `${Method} /${string}`, published: Published, handle: (call: Call) => Answer): Route {
  return { ...splitName(name), ...published, handle };
}

/** The issue that a path names. @throws TrackerFailure when there is none, or none in that organization. */
export function issueOf(call: Call): IssueRecord {
  requireOrganization(call);
  const issue = call.world.issues.get(Number(call.params['issue']));
  if (!issue) throw call.refusals.notFound();
  return issue;
}

/** The project that a path names, by slug or number. @throws TrackerFailure when there is none. */
export function projectOf(call: Call): ProjectRecord {
  requireOrganization(call);
  const project = findProject(call.world, call.params['project'] ?? '');
  if (!project) throw call.refusals.notFound();
  return project;
}

/** The release that a path names. @throws TrackerFailure when there is none. */
export function releaseOf(call: Call): ReleaseRecord {
  requireOrganization(call);
  const release = call.world.releases.get(call.params['version'] ?? '');
  if (!release) throw call.refusals.notFound();
  return release;
}

/** One of some events by either of its ids, dashes or not. @throws TrackerFailure when it is not among them. */
export function eventAmong(call: Call, events: readonly EventRecord[]): EventRecord {
  const id = (call.params['event'] ?? '').replaceAll('-', '').toLowerCase();
  const event = events.find((one) => one.id === id || one.serverId === id);
  if (!event) throw call.refusals.notFound();
  return event;
}

/** @throws TrackerFailure when a path names an organization that is not the one there is. */
export function requireOrganization({ world, params, refusals }: Call): void {
  const { slug, id } = world.organization;
  const named = params['org'];
  if (named !== undefined && named !== slug && named !== String(id)) throw refusals.notFound();
}

import { z } from 'zod';
import type { OperationAnswer } from '../git-host/answer.ts';
import { splitName, type Method, type RouteName } from '../git-host/routing.ts';
import { requireScope, type ScopeNeed } from './caller.ts';
import { forbidden, GitLabFailure, notFound, refused } from './failure.ts';
import { mayDo, type Need } from './membership.ts';
import type { ProjectRecord, TokenRecord, UserRecord } from './records.ts';
import { findProject, type WriteKind, type World } from './world.ts';

/** A request that has been routed and identified. */
export interface Call {
  readonly world: World;
  readonly token: TokenRecord;
  readonly method: string;
  /** Below the API prefix, without the query, as it was sent. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** Only for links to further pages; handlers read `input`. */
  readonly query: URLSearchParams;
  /** Query and body in one, as GitLab takes them, not yet parsed. */
  readonly raw: unknown;
}

/** A call whose parameters fit the route's shape. */
export interface ParsedCall<Input> extends Call {
  readonly input: Input;
  readonly user: UserRecord;
}

/** A call on a project that its user may use so. */
export interface ProjectCall<Input> extends ParsedCall<Input> {
  readonly project: ProjectRecord;
}

/** An answer, with the kinds of writes that this host has. */
export type Answer = OperationAnswer<WriteKind>;

/** What a route promises: the shapes of parameters and of a successful answer (undefined: no JSON body). */
export interface Spec<Input extends z.ZodType> {
  readonly input: Input;
  readonly answer: z.ZodType | undefined;
  /** Default: `api`, and `read_api` too for a GET. */
  readonly scopes?: ScopeNeed;
}

/** One operation we model. */
export interface Route extends RouteName {
  readonly input: z.ZodType;
  readonly answer: z.ZodType | undefined;
  handle(call: Call): Answer | Promise<Answer>;
}

/** No parameters but those of the path. */
export const Nothing = z.strictObject({});

/** A route for any good token. */
export function tokenRoute<Input extends z.ZodType>(
  name: `${Method} /${string}`,
  spec: Spec<Input>,
  handle: (call: ParsedCall<z.infer<Input>>) => Answer | Promise<Answer>,
): Route {
  const route = splitName(name);
  const scopes = spec.scopes ?? (route.method === 'GET' ? (['api', 'read_api'] as const) : (['api'] as const));
  return {
    ...route,
    input: spec.input,
    answer: spec.answer,
    handle: (call) => {
      requireScope(call.token, scopes);
      return handle({ ...call, input: spec.input.parse(call.raw), user: call.token.user });
    },
  };
}

/** A route below `/projects/:id`; the id is a number or the URL-encoded full path. */
export function projectRoute<Input extends z.ZodType>(
  name: `${Method} /projects/:id${string}`,
  spec: Spec<Input> & { readonly need: Need },
  handle: (call: ProjectCall<z.infer<Input>>) => Answer | Promise<Answer>,
): Route {
  return tokenRoute(name, spec, (call) => {
    const { world, user } = call;
    const project = projectOf(call);
    const nowMs = world.now();
    if (!mayDo(project, user, { need: 'project', nowMs })) throw notFound('Project');
    if (!mayDo(project, user, { need: spec.need, nowMs })) throw forbidden();
    return handle({ ...call, project });
  });
}

// A path that was left by a rename or transfer redirects to the number for GET and is refused for the rest:
// https://docs.gitlab.com/api/rest/#redirects
function projectOf({ world, params, method, path, query }: Call): ProjectRecord {
  const id = params['id'] ?? '';
  const project = findProject(world, id);
  if (project) return project;
  const moved = world.formerPaths.get(id.toLowerCase());
  if (!moved) throw notFound('Project');
  if (method !== 'GET') throw refused(405, 'Non GET methods are not allowed for moved projects');
  const search = query.size > 0 ? `?${query.toString()}` : '';
  const location = `${world.apiUrl}${path.replace(/^\/projects\/[^/]+/, `/projects/${moved.id}`)}${search}`;
  throw new GitLabFailure(301, { message: `This resource has been moved permanently to ${location}` }, { location });
}

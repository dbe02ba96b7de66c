import type { AccessChanged, BranchDeleted, Pushed, RepositoryMoved } from '#core/domain/host/inbound.ts';
import { actorOf } from '../wire/accounts.ts';
import { PushEvent, ProjectEvent } from './payloads-repository.ts';
import { Envelope } from './payloads.ts';
import { ignored, placeOf, type Ignored } from './translation.ts';

const BRANCH_PREFIX = 'refs/heads/';
const NOTHING = /^0+$/;

/** Paths of one push that are looked at; what is beyond is left out, as the event allows. */
const PATHS_MAX = 3_000;

/** Commits that arrived on a branch, or that it was deleted. */
export function readPush(payload: unknown): Pushed | BranchDeleted | Ignored {
  const event = PushEvent.parse(payload);
  if (!event.ref.startsWith(BRANCH_PREFIX)) return ignored('a push of something that is no branch');
  const branch = event.ref.slice(BRANCH_PREFIX.length);
  const actor = actorOf({ id: event.user_id, username: event.user_username });
  const where = { repo: placeOf(event.project), actor, branch };
  if (NOTHING.test(event.after)) return { kind: 'branch-deleted', ...where };
  return {
    kind: 'pushed',
    ...where,
    isDefault: branch === event.project.default_branch,
    sha: event.after,
    paths: pathsOf(event),
  };
}

function pathsOf({ commits }: PushEvent): string[] {
  const paths = new Set<string>();
  for (const { added, modified, removed } of commits ?? []) {
    for (const path of [...added, ...modified, ...removed]) if (paths.size < PATHS_MAX) paths.add(path);
  }
  return [...paths];
}

const PROJECT_EVENTS: ReadonlySet<string> = new Set(['project_rename', 'project_transfer', 'project_destroy']);

/** What an instance tells of its projects: a new path, or that one is gone. */
export function readProject(payload: unknown): RepositoryMoved | AccessChanged | Ignored {
  if (!PROJECT_EVENTS.has(Envelope.parse(payload).event_name ?? ''))
    return ignored('a system event that is not one of ours');
  const event = ProjectEvent.parse(payload);
  if (event.event_name === 'project_destroy') {
    return { kind: 'access', provider: 'gitlab', installationId: 0, repoIds: [event.project_id], change: 'lost' };
  }
  return { kind: 'moved', repo: placeOf({ id: event.project_id, path_with_namespace: event.path_with_namespace }) };
}

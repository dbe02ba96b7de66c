import type {
  AccessChanged,
  BranchDeleted,
  Button,
  Pressed,
  Pushed,
  RepositoryMoved,
} from '#core/domain/host/inbound.ts';
import {
  CheckRunEvent,
  CheckSuiteEvent,
  DeleteEvent,
  InstallationEvent,
  InstallationRepositoriesEvent,
  PushEvent,
  RepositoryEvent,
} from './payloads-repository.ts';
import { ignored, placeOf, whoAndWhere, type Ignored, type Readers, type Us } from './translation.ts';

/** As many files as GitHub itself compares at most; what is beyond is left out, as the event allows. */
const PATHS_MAX = 3_000;

const BRANCH_PREFIX = 'refs/heads/';

const BUTTONS: ReadonlySet<string> = new Set<Button>(['approve', 'cancel', 'retry']);

/** What happens to repositories, branches, checks and the installation. */
export const repositoryReaders: Readers = [
  ['push.', (payload) => fromPush(PushEvent.parse(payload))],
  ['delete.', (payload) => fromDelete(DeleteEvent.parse(payload))],
  ['repository.renamed', (payload) => fromMove(payload)],
  ['repository.transferred', (payload) => fromMove(payload)],
  ['check_run.requested_action', (payload, us) => fromButton(CheckRunEvent.parse(payload), us)],
  ['check_run.rerequested', (payload, us) => pressed(CheckRunEvent.parse(payload), us, 'retry')],
  ['check_suite.rerequested', (payload, us) => fromSuite(CheckSuiteEvent.parse(payload), us)],
  ['installation.created', (payload) => access(InstallationEvent.parse(payload), 'back')],
  ['installation.unsuspend', (payload) => access(InstallationEvent.parse(payload), 'back')],
  ['installation.suspend', (payload) => access(InstallationEvent.parse(payload), 'lost')],
  ['installation.deleted', (payload) => access(InstallationEvent.parse(payload), 'lost')],
  ['installation_repositories.added', (payload) => fromRepositories(payload, 'back')],
  ['installation_repositories.removed', (payload) => fromRepositories(payload, 'lost')],
];

function fromPush(event: PushEvent): Pushed | Ignored {
  if (!event.ref.startsWith(BRANCH_PREFIX)) return ignored('a push of something that is no branch');
  if (event.deleted) return ignored('a push that deletes; `delete` tells the same');
  const branch = event.ref.slice(BRANCH_PREFIX.length);
  const paths = new Set<string>();
  for (const { added, modified, removed } of event.commits ?? []) {
    for (const path of [...added, ...modified, ...removed]) if (paths.size < PATHS_MAX) paths.add(path);
  }
  return {
    kind: 'pushed',
    ...whoAndWhere(event),
    branch,
    isDefault: branch === event.repository.default_branch,
    sha: event.after,
    paths: [...paths],
  };
}

function fromDelete(event: DeleteEvent): BranchDeleted | Ignored {
  if (event.ref_type !== 'branch') return ignored('the deletion of something that is no branch');
  return { kind: 'branch-deleted', ...whoAndWhere(event), branch: event.ref };
}

function fromMove(payload: unknown): RepositoryMoved {
  return { kind: 'moved', repo: placeOf(RepositoryEvent.parse(payload)) };
}

function fromButton(event: CheckRunEvent, us: Us): Pressed | Ignored {
  const identifier = event.requested_action?.identifier ?? '';
  return isButton(identifier) ? pressed(event, us, identifier) : ignored('a button that is not one of ours');
}

/** Any App may call its check runs as it likes and key them as it likes, so only its number tells whose it is. */
function pressed(event: CheckRunEvent, us: Us, button: Button): Pressed | Ignored {
  const { external_id: key, app } = event.check_run;
  if (app?.id !== us.appId || !key) return ignored('a check run that is not ours');
  return { kind: 'pressed', ...whoAndWhere(event), button, on: { kind: 'check', key } };
}

function fromSuite(event: CheckSuiteEvent, us: Us): Pressed | Ignored {
  const { head_sha: sha, app } = event.check_suite;
  if (app?.id !== us.appId) return ignored('a check suite that is not ours');
  return { kind: 'pressed', ...whoAndWhere(event), button: 'retry', on: { kind: 'commit', sha } };
}

function isButton(word: string): word is Button {
  return BUTTONS.has(word);
}

function access(
  { installation }: InstallationEvent,
  change: AccessChanged['change'],
  repoIds?: readonly number[],
): AccessChanged {
  return { kind: 'access', provider: 'github', installationId: installation.id, repoIds, change };
}

function fromRepositories(payload: unknown, change: AccessChanged['change']): AccessChanged {
  const event = InstallationRepositoriesEvent.parse(payload);
  const repositories = change === 'back' ? event.repositories_added : event.repositories_removed;
  const ids = repositories.map(({ id }) => id);
  return access(event, change, ids);
}

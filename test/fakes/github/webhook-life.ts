import type { CheckRunRecord, InstallationRecord, RepositoryRecord, ReviewRecord, UserRecord } from './records.ts';
import { renderCheckRun, renderCheckSuite } from './render-check.ts';
import { renderPullSimple, type PullIssue } from './render-pull.ts';
import { renderInstallation } from './render-repository.ts';
import { renderReview } from './render-review.ts';
import { nodeId, renderUser } from './render-user.ts';
import { announce, surroundings, type Happening } from './webhook-events.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

/** Delivers `delete` of a branch or tag, named in full. */
export function announceDelete(
  world: World,
  repository: RepositoryRecord,
  gone: { readonly ref: string; readonly by: UserRecord },
): Promise<Delivery> {
  const [, kind, ...name] = gone.ref.split('/');
  return world.hooks.send('delete', {
    ref: name.join('/'),
    ref_type: kind === 'heads' ? 'branch' : 'tag',
    pusher_type: 'user',
    ...surroundings(world, repository, gone.by),
  });
}

/** Delivers `check_run`. */
export function announceCheckRun(
  world: World,
  place: { readonly repository: RepositoryRecord; readonly run: CheckRunRecord },
  happening: Happening,
): Promise<Delivery> {
  const check_run = renderCheckRun(world, place.repository, place.run);
  return announce(world, 'check_run', { place, happening, subject: { check_run } });
}

/** Delivers `check_suite`. */
export async function announceCheckSuite(
  world: World,
  place: { readonly repository: RepositoryRecord; readonly sha: string },
  happening: Happening,
): Promise<Delivery> {
  const check_suite = await renderCheckSuite(world, place.repository, place.sha);
  return announce(world, 'check_suite', { place, happening, subject: { check_suite } });
}

/** Delivers `pull_request_review`. */
export function announceReview(
  world: World,
  place: { readonly repository: RepositoryRecord; readonly issue: PullIssue; readonly review: ReviewRecord },
  happening: Happening,
): Promise<Delivery> {
  const review = renderReview(world, place, place.review);
  const pull_request = renderPullSimple(world, place.repository, place.issue);
  return announce(world, 'pull_request_review', { place, happening, subject: { review, pull_request } });
}

/** Delivers `repository`. */
export function announceRepository(
  world: World,
  repository: RepositoryRecord,
  happening: Happening,
): Promise<Delivery> {
  return announce(world, 'repository', { place: { repository }, happening, subject: {} });
}

/** Delivers `installation`, with the repositories that it is about. */
export function announceInstallation(
  world: World,
  about: { readonly installation: InstallationRecord; readonly repositories: readonly RepositoryRecord[] },
  happening: Happening,
): Promise<Delivery> {
  return world.hooks.send('installation', {
    action: happening.action,
    installation: renderInstallation(world, about.installation),
    repositories: about.repositories.map(renderNamed),
    sender: renderUser(world, happening.sender),
  });
}

/** Delivers `installation_repositories`; the action says whether the repositories came or went. */
export function announceInstallationRepositories(
  world: World,
  about: { readonly installation: InstallationRecord; readonly repositories: readonly RepositoryRecord[] },
  happening: Happening,
): Promise<Delivery> {
  const repositories = about.repositories.map(renderNamed);
  const isAdded = happening.action === 'added';
  return world.hooks.send('installation_repositories', {
    action: happening.action,
    installation: renderInstallation(world, about.installation),
    repository_selection: about.installation.selection,
    repositories_added: isAdded ? repositories : [],
    repositories_removed: isAdded ? [] : repositories,
    requester: null,
    sender: renderUser(world, happening.sender),
  });
}

function renderNamed(repository: RepositoryRecord) {
  const { id, name, fullName } = repository;
  return { id, node_id: nodeId('R', id), name, full_name: fullName, private: repository.private };
}

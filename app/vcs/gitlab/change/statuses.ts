import { z } from 'zod';
import { CHECK_NAME, type CheckView } from '#core/domain/change/check.ts';
import { GATE_NAME, idOfKey } from '#core/domain/change/gate-check.ts';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { CheckReporter, Placed } from '#core/ports/host/vcs.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitLabIdentity } from '../wire/identity.ts';

/** Both by https://docs.gitlab.com/api/commits/#set-commit-pipeline-status */
const DESCRIPTION_CHARS_MAX = 255;
const TARGET_URL_CHARS_MAX = 255;

/** GitLab's words for how far something is. */
type State = 'pending' | 'running' | 'success' | 'failed' | 'canceled';

const CONCLUSIONS: Readonly<Record<NonNullable<CheckView['conclusion']>, State>> = {
  success: 'success',
  neutral: 'success',
  failure: 'failed',
  timed_out: 'failed',
  cancelled: 'canceled',
  // Nothing has failed and nothing is over: somebody has yet to say yes.
  action_required: 'running',
};

const Status = z.object({
  id: z.number(),
  ref: z.string().min(1),
  status: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
  pipeline_id: z.number().nullish(),
  author: z.object({ id: z.number() }).nullish(),
});
type Status = z.infer<typeof Status>;
const StatusPage = z.array(Status);

/** Where a status of ours is; ref and pipeline keep later changes on the same one, whatever CI starts meanwhile. */
interface Place {
  readonly sha: string;
  readonly ref?: string;
  readonly pipelineId?: number;
}

const PLACE = /^([0-9a-f]{40,64})\/(\d{0,16})\/(.{1,255})$/;

/** What a status is to say, and where it leads. */
interface Wanted {
  readonly state: State;
  readonly description: string;
  readonly targetUrl: string | undefined;
}

/** What the status functions need; `webUrl` without trailing slash. */
interface StatusDeps {
  readonly api: Api;
  readonly self: GitLabIdentity['self'];
  readonly webUrl: string;
}

/**
 * Commit statuses instead of check runs, which GitLab does not have: one per name, commit and account, so that requests
 * on the same commit share it. A status holds one line and no log; the log belongs into the progress note (see
 * `host-traits.ts` in the core). Scope `api`, role Developer, Maintainer where the branch is protected
 * (https://docs.gitlab.com/api/commits/#set-commit-pipeline-status).
 *
 * Of a commit that only a fork's branch has GitLab takes a status just where a pipeline of the project itself has run for it, and
 * answers 404 otherwise. Naming a `ref` would have it taken, and is not done: GitLab makes a pipeline of that ref in the project
 * out of it, though the branch is another project's, or a branch of the project that bears the same name; and shows it nowhere on
 * the merge request, which looks for branch pipelines in its source project.
 * Sources: `ref` in https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/services/ci/create_commit_status_service.rb,
 * `triggered_for_branch` in https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/finders/ci/pipelines_for_merge_request_finder.rb
 */
export function createCheckReporter(deps: StatusDeps): CheckReporter {
  return {
    async findCheck(repo, sha, key) {
      const name = idOfKey(key) === key ? CHECK_NAME : GATE_NAME;
      const found = await newest(deps, repo, { place: { sha }, name });
      return found && toPlaced(deps, repo, { sha, found });
    },
    async createCheck(repo, sha, { view }) {
      return toPlaced(deps, repo, { sha, found: await show(deps, repo, { place: { sha }, view }) });
    },
    async updateCheck(repo, externalId, view) {
      await show(deps, repo, { place: placeOf(externalId), view });
    },
  };
}

/**
 * Brings the status to where the view is. GitLab refuses (400) to lead a status to the state it has, or from running
 * back to pending; that is looked up before and, since another worker may be faster, after a refusal, and is no error.
 */
async function show(
  deps: StatusDeps,
  repo: RepoRef,
  { place, view }: { place: Place; view: CheckView },
): Promise<Status> {
  const targetUrl = targetOf(view, pageOf(deps.webUrl, repo, place.sha));
  const wanted = { state: stateOf(view), description: cut(view.title, DESCRIPTION_CHARS_MAX), targetUrl };
  const name = view.name ?? CHECK_NAME;
  const before = await newest(deps, repo, { place, name });
  if (before && isThere(before, wanted)) return before;
  const written = deps.api.write(
    { repo, action: `setting the status of ${fullName(repo)}@${place.sha}` },
    (gitlab) =>
      gitlab.Commits.editStatus(repo.id, place.sha, wanted.state, {
        name,
        description: wanted.description,
        ...(targetUrl === undefined ? {} : { targetUrl }),
        ...(place.ref === undefined ? {} : { ref: place.ref }),
        ...(place.pipelineId === undefined ? {} : { pipelineId: place.pipelineId }),
      }),
    Status,
  );
  return written.catch(async (thrown: unknown) => {
    if (!(thrown instanceof AppError)) throw thrown;
    // Newer versions take one change of a commit's statuses at a time, and answer 409 to whoever waited in vain.
    if (thrown.code === 'conflict') throw new AppError('unavailable', thrown.message, { cause: thrown });
    if (thrown.code !== 'invalid') throw thrown;
    const after = await newest(deps, repo, { place, name });
    if (after && isThere(after, wanted)) return after;
    throw thrown;
  });
}

/** Whether nothing is to be done. An open status takes no new words without a new state; a closed one is made anew. */
function isThere({ status, description, target_url }: Status, wanted: Wanted): boolean {
  if (status === 'running') return wanted.state === 'running' || wanted.state === 'pending';
  if (status === 'pending') return wanted.state === 'pending';
  const leadsThere = wanted.targetUrl === undefined || target_url === undefined || target_url === wanted.targetUrl;
  return status === wanted.state && description === wanted.description && leadsThere;
}

/** The page of the view, or where GitLab has no room for its address, GitLab's own; undefined when that is too long as well. */
function targetOf({ detailsUrl }: CheckView, page: string): string | undefined {
  return [detailsUrl ?? page, page].find((url) => url.length <= TARGET_URL_CHARS_MAX);
}

/** Our newest status of that name; without `all` GitLab leaves out what newer ones have replaced. */
async function newest(
  { api, self }: StatusDeps,
  repo: RepoRef,
  { place, name }: { place: Place; name: string },
): Promise<Status | undefined> {
  const action = `looking for our status on ${fullName(repo)}@${place.sha}`;
  const us = await self();
  // Gitbeaker's types know no paging here; it sends it all the same.
  const which = { name, perPage: PAGE_ITEMS, page: 1 };
  const found = await api.read(
    { repo, action },
    (gitlab) => gitlab.Commits.allStatuses(repo.id, place.sha, which),
    StatusPage,
  );
  // Saying "there is none" would have the caller set a second one.
  if (found.length >= PAGE_ITEMS)
    throw new AppError('unavailable', `${action} failed: there are ${PAGE_ITEMS} or more`);
  const ours = found.filter(
    (one) => one.name === name && one.author?.id === us.id && (place.ref === undefined || one.ref === place.ref),
  );
  return ours.toSorted((a, b) => b.id - a.id)[0];
}

function stateOf({ status, conclusion }: CheckView): State {
  if (status === 'queued') return 'pending';
  return status === 'in_progress' ? 'running' : CONCLUSIONS[conclusion ?? 'neutral'];
}

function cut(text: string, charsMax: number): string {
  const letters = [...text];
  return letters.length <= charsMax ? text : `${letters.slice(0, charsMax - 1).join('')}…`;
}

function placeOf(externalId: string): Place {
  const [, sha, pipelineId, ref] = PLACE.exec(externalId) ?? [];
  if (sha === undefined || ref === undefined) throw new AppError('invalid', 'status id is not one of ours');
  return { sha, ref, ...(pipelineId === '' ? {} : { pipelineId: Number(pipelineId) }) };
}

function toPlaced({ webUrl }: StatusDeps, repo: RepoRef, { sha, found }: { sha: string; found: Status }): Placed {
  return { externalId: `${sha}/${found.pipeline_id ?? ''}/${found.ref}`, url: pageOf(webUrl, repo, sha) };
}

function pageOf(webUrl: string, repo: RepoRef, sha: string): string {
  return `${webUrl}/${fullName(repo)}/-/commit/${sha}`;
}

import { z } from 'zod';
import { CHECK_NAME, type CheckAnnotation, type CheckView } from '#core/domain/change/check.ts';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { CheckReporter, Placed } from '#core/ports/host/vcs.ts';
import { hostId, PAGE_ITEMS, type Api } from '../wire/api.ts';

/** More check runs of ours on one commit, or remarks in one of them, are not looked through. */
const PAGES_MAX = 10;

const CheckRun = z.object({
  id: z.number(),
  external_id: z.string().nullable(),
  html_url: z.string().nullable(),
  url: z.string(),
  app: z.object({ id: z.number() }).nullable(),
});
type CheckRun = z.infer<typeof CheckRun>;

const CheckRunPage = z.object({ check_runs: z.array(CheckRun) });

const Annotations = z.array(
  z.object({
    path: z.string(),
    start_line: z.number(),
    annotation_level: z.string().nullable(),
    message: z.string().nullable(),
  }),
);

const purpose = 'checks';

/**
 * Check runs of our App, told apart by `external_id` whatever their names are. Permission: checks:write for all calls
 * (https://docs.github.com/en/rest/checks/runs); only a GitHub App may write them. A check run counts as found only
 * when our own App made it, because any App can choose any `external_id`.
 */
export function createCheckReporter(api: Api, appId: number): CheckReporter {
  return {
    findCheck: (repo, sha, key) => findCheck(api, repo, { sha, key, appId }),
    async createCheck(repo, sha, { key, view }) {
      const run = await api.write(
        { repo, purpose, action: `creating a check run on ${fullName(repo)}@${sha}` },
        (octokit) =>
          octokit.rest.checks.create({
            owner: repo.owner,
            repo: repo.name,
            head_sha: sha,
            external_id: key,
            ...toFields(view),
          }),
        CheckRun,
      );
      return toPlaced(run);
    },
    async updateCheck(repo, externalId, view) {
      const check_run_id = hostId(externalId, 'check run');
      const annotations = await newAnnotations(api, repo, { check_run_id, wanted: view.annotations ?? [] });
      await api.write(
        { repo, purpose, action: `updating check run ${externalId} of ${fullName(repo)}` },
        (octokit) =>
          octokit.rest.checks.update({
            owner: repo.owner,
            repo: repo.name,
            check_run_id,
            ...toFields({ ...view, annotations }),
          }),
        CheckRun,
      );
    },
  };
}

async function findCheck(
  api: Api,
  repo: RepoRef,
  by: { sha: string; key: string; appId: number },
): Promise<Placed | undefined> {
  const action = `looking for our check run on ${fullName(repo)}@${by.sha}`;
  const which = { owner: repo.owner, repo: repo.name, ref: by.sha, app_id: by.appId, filter: 'all' } as const;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { check_runs: runs } = await api.read(
      { repo, purpose, action },
      (octokit) => octokit.rest.checks.listForRef({ ...which, per_page: PAGE_ITEMS, page }),
      CheckRunPage,
    );
    const ours = runs.find((run) => run.external_id === by.key && run.app?.id === by.appId);
    if (ours) return toPlaced(ours);
    if (runs.length < PAGE_ITEMS) return undefined;
  }
  // Saying "there is none" would have the caller create a second one.
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS} of our App`);
}

/** GitHub appends what an update brings, so only remarks that are not there yet are sent; an update can be repeated then. */
async function newAnnotations(
  api: Api,
  repo: RepoRef,
  { check_run_id, wanted }: { check_run_id: number; wanted: readonly CheckAnnotation[] },
): Promise<readonly CheckAnnotation[]> {
  if (wanted.length === 0) return [];
  const there = new Set<string>();
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const found = await api.read(
      { repo, purpose, action: `reading the remarks of check run ${check_run_id} of ${fullName(repo)}` },
      (octokit) =>
        octokit.rest.checks.listAnnotations({
          owner: repo.owner,
          repo: repo.name,
          check_run_id,
          per_page: PAGE_ITEMS,
          page,
        }),
      Annotations,
    );
    for (const one of found) there.add(remarkOf(one.path, one.start_line, [one.annotation_level, one.message]));
    if (found.length < PAGE_ITEMS) break;
  }
  return wanted.filter(({ path, line, level, message }) => !there.has(remarkOf(path, line, [level, message])));
}

function remarkOf(path: string, line: number, said: readonly (string | null)[]): string {
  return JSON.stringify([path, line, ...said]);
}

/**
 * What GitHub is sent. Buttons that are not wanted are taken away by an empty list. GitHub takes at most 50 annotations and
 * three actions (OpenAPI description, `checks/create`), which is the caller's to keep.
 */
function toFields({ status, conclusion, title, summary, text, ...view }: CheckView) {
  const annotations = (view.annotations ?? []).map(({ path, line, level, message }) => {
    return { path, start_line: line, end_line: line, annotation_level: level, message };
  });
  return {
    name: view.name ?? CHECK_NAME,
    status,
    output: { title, summary, text, ...(annotations.length === 0 ? {} : { annotations }) },
    actions: (view.actions ?? []).map(({ label, description, identifier }) => ({ label, description, identifier })),
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(view.startedAt === undefined ? {} : { started_at: view.startedAt }),
    ...(view.completedAt === undefined ? {} : { completed_at: view.completedAt }),
    ...(view.detailsUrl === undefined ? {} : { details_url: view.detailsUrl }),
  };
}

function toPlaced(run: CheckRun): Placed {
  return { externalId: String(run.id), url: run.html_url ?? run.url };
}

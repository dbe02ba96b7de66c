import { z } from 'zod';
import { CHECK_NAME, type CheckView } from '#core/domain/check.ts';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/repo.ts';
import type { CheckReporter, Placed } from '#core/ports/vcs.ts';
import { hostId, PAGE_ITEMS, type Api } from './api.ts';

/** A commit with more check runs of our name than this is not ours to search any further. */
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

const purpose = 'checks';

/**
 * Check runs named `astraforge`, told apart by `external_id`. Permission: checks:write for all three calls
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
            name: CHECK_NAME,
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
      await api.write(
        { repo, purpose, action: `updating check run ${externalId} of ${fullName(repo)}` },
        (octokit) =>
          octokit.rest.checks.update({ owner: repo.owner, repo: repo.name, check_run_id, ...toFields(view) }),
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
  const which = { owner: repo.owner, repo: repo.name, ref: by.sha, check_name: CHECK_NAME, filter: 'all' } as const;
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
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS} of that name`);
}

function toFields({ status, conclusion, title, summary, text, startedAt, completedAt }: CheckView) {
  return {
    status,
    output: { title, summary, text },
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(startedAt === undefined ? {} : { started_at: startedAt }),
    ...(completedAt === undefined ? {} : { completed_at: completedAt }),
  };
}

function toPlaced(run: CheckRun): Placed {
  return { externalId: String(run.id), url: run.html_url ?? run.url };
}

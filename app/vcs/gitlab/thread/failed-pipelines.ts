import { z } from 'zod';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import { PAGE_ITEMS, type Api, type Target } from '../wire/api.ts';

/** Pipelines whose jobs are looked at: the newest of each kind and branch, and those they have started. */
const PIPELINES_MAX = 10;
/** GitLab lets child pipelines start further ones, but no deeper: https://docs.gitlab.com/ci/pipelines/downstream_pipelines/ */
const DEPTH_MAX = 2;

const Pipeline = z.object({ id: z.number(), ref: z.string().nullish(), source: z.string().nullish() });
/** A pipeline, as far as it matters which one it is. */
export type Pipeline = z.infer<typeof Pipeline>;

const MergeRequests = z.array(z.object({ iid: z.number(), state: z.string(), sha: z.string().nullish() }));
const Head = z.object({ head_pipeline: Pipeline.nullish() });
const FailedJobs = z.array(
  z.object({ id: z.number(), name: z.string(), web_url: z.string().nullish(), allow_failure: z.boolean() }),
);
const Bridges = z.array(
  FailedJobs.element.extend({
    downstream_pipeline: Pipeline.extend({ project_id: z.number().nullish() }).nullish(),
  }),
);

/** A job that failed and was not allowed to. `hasLog` is false for one that only starts a pipeline elsewhere. */
export interface FoundJob {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly hasLog: boolean;
}

/**
 * The newest pipeline of each kind and branch on a commit, newest first; also that of a merge request whose newest commit it
 * is, since one that tests the merged result is on a commit of its own. `GET /projects/:id/pipelines`, scope `read_api`, role
 * Reporter (https://docs.gitlab.com/api/pipelines/, …/ci/pipelines/merged_results_pipelines/).
 */
export async function newestPipelines(api: Api, repo: RepoRef, sha: string): Promise<Pipeline[]> {
  const target: Target = { repo, action: `reading the pipelines of ${fullName(repo)}@${sha}` };
  const listed = api.read(
    target,
    (gitlab) => gitlab.Pipelines.all(repo.id, { sha, orderBy: 'id', sort: 'desc', perPage: PAGE_ITEMS, page: 1 }),
    z.array(Pipeline),
  );
  const [pipelines, heads] = await Promise.all([listed, headPipelines(api, target, { repo, sha })]);
  const newest = new Map<string, Pipeline>();
  for (const one of [...pipelines, ...heads].toSorted((a, b) => b.id - a.id)) {
    const kind = `${one.source ?? ''} ${one.ref ?? ''}`;
    if (!newest.has(kind)) newest.set(kind, one);
  }
  return [...newest.values()];
}

async function headPipelines(
  api: Api,
  target: Target,
  { repo, sha }: { repo: RepoRef; sha: string },
): Promise<Pipeline[]> {
  const about = await api.read(
    target,
    (gitlab) => gitlab.Commits.allMergeRequests(repo.id, sha, { perPage: PAGE_ITEMS, page: 1 }),
    MergeRequests,
  );
  const open = about.find((one) => one.state === 'opened' && one.sha === sha);
  if (open === undefined) return [];
  const { head_pipeline: head } = await api.read(
    target,
    (gitlab) => gitlab.MergeRequests.show(repo.id, open.iid),
    Head,
  );
  return head ? [head] : [];
}

/**
 * Jobs that failed in these pipelines and in the child pipelines that made them fail, in the order that they were made in.
 * `GET /projects/:id/pipelines/:id/jobs` and `…/bridges` (https://docs.gitlab.com/api/jobs/).
 */
export async function failedJobsIn(api: Api, repo: RepoRef, pipelines: readonly Pipeline[]): Promise<FoundJob[]> {
  const found = new Map<number, FoundJob>();
  let level = pipelines.filter(({ source }) => source !== 'external');
  let left = PIPELINES_MAX;
  for (let depth = 0; depth <= DEPTH_MAX && level.length > 0; depth += 1) {
    const looked = await Promise.all(level.slice(0, left).map(({ id }) => lookAt(api, repo, id)));
    for (const { jobs } of looked) for (const job of jobs) found.set(job.id, job);
    left -= looked.length;
    level = looked.flatMap(({ children }) => children);
  }
  return [...found.values()];
}

async function lookAt(api: Api, repo: RepoRef, id: number): Promise<{ jobs: FoundJob[]; children: Pipeline[] }> {
  const target: Target = { repo, action: `reading the failed jobs of pipeline ${id} of ${fullName(repo)}` };
  const which = { scope: 'failed' as const, perPage: PAGE_ITEMS, page: 1 };
  const [jobs, bridges] = await Promise.all([
    api.read(target, (gitlab) => gitlab.Jobs.all(repo.id, { pipelineId: id, ...which }), FailedJobs),
    api.read(target, (gitlab) => gitlab.Jobs.allPipelineBridges(repo.id, id, which), Bridges),
  ]);
  const children = bridges.flatMap(({ allow_failure: allowed, downstream_pipeline: child }) =>
    !allowed && child?.project_id === repo.id ? [child] : [],
  );
  const elsewhere = bridges.filter(({ downstream_pipeline: child }) => child?.project_id !== repo.id);
  const told = [
    ...jobs.map((job) => ({ ...job, hasLog: true })),
    ...elsewhere.map((job) => ({ ...job, hasLog: false })),
  ];
  const failed = told.filter(({ allow_failure: allowed }) => !allowed).toSorted((a, b) => a.id - b.id);
  return {
    jobs: failed.map((job) => ({ id: job.id, name: job.name, url: job.web_url ?? '', hasLog: job.hasLog })),
    children,
  };
}

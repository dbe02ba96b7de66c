import { z } from 'zod';
import { readTail, textOfTail } from '#core/domain/text/bounded-bytes.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { CiReader, FailedJob } from '#core/ports/host/thread-reader.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { OpenFile } from '../wire/downloads.ts';
import { failedJobsIn, newestPipelines, type FoundJob } from './failed-pipelines.ts';
import type { GitLabIdentity } from '../wire/identity.ts';
import { readableLog } from './log-text.ts';
import { Text } from '../inbound/payloads.ts';

/** Jobs whose logs are read, as the port says. */
const JOBS_MAX = 10;
/**
 * A log is read from its beginning to know its end, unless something between GitLab and us gives parts; one that is larger is
 * left out. GitLab stops at 100 MiB itself: https://docs.gitlab.com/administration/instance_limits/#maximum-file-size-for-job-logs
 */
const LOG_READ_BYTES_MAX = 128 * 1_024 * 1_024;
/** Colours, marks and times make a log this much longer than what is read of it. */
const RAW_SHARE = 3;

const Statuses = z.array(
  z.object({
    id: z.number(),
    name: z.string(),
    status: z.string(),
    description: Text,
    target_url: Text,
    allow_failure: z.boolean().nullish(),
    pipeline_id: z.number().nullish(),
    author: z.object({ id: z.number() }).nullish(),
  }),
);

/** What reading logs needs. */
export interface CiReaderDeps {
  readonly api: Api;
  readonly openFile: OpenFile;
  readonly self: GitLabIdentity['self'];
}

/**
 * Reads what failed on a commit: jobs of the newest pipelines, each with the end of its log, then what other systems say in
 * commit statuses of theirs. What may fail does not count, nor does our own status. Scope `read_api`, role Reporter,
 * Developer for the log of a job with debug logging (https://docs.gitlab.com/ci/variables/#debug-logging,
 * …/api/jobs/#get-a-log-file, …/api/commits/#list-all-commit-statuses).
 */
export function createCiReader(deps: CiReaderDeps): CiReader {
  return {
    async failedJobs(repo, sha, logBytesMax) {
      const pipelines = await newestPipelines(deps.api, repo, sha);
      const jobs = await failedJobsIn(deps.api, repo, pipelines);
      const ids = new Set(jobs.map(({ id }) => id));
      const ofOthers = await failedStatuses(deps, repo, { sha, pipelineIds: pipelines.map(({ id }) => id) });
      const told = jobs.slice(0, JOBS_MAX).map(async (job): Promise<FailedJob> => {
        const log = job.hasLog ? await logOf(deps, repo, { job, logBytesMax }) : '';
        return { name: job.name, url: job.url, log };
      });
      const said = ofOthers
        .filter(({ id }) => !ids.has(id))
        .map(({ name, target_url: url, description }) => ({
          ...{ name, url },
          log: endOf(description, logBytesMax),
        }));
      return [...(await Promise.all(told)), ...said].slice(0, JOBS_MAX);
    },
  };
}

/** GitLab lists jobs here as well; those are known by their numbers. */
async function failedStatuses(
  { api, self }: CiReaderDeps,
  repo: RepoRef,
  { sha, pipelineIds }: { sha: string; pipelineIds: readonly number[] },
): Promise<z.infer<typeof Statuses>> {
  const us = await self(repo);
  // Gitbeaker's types know no paging here; it sends it all the same.
  const which = { showExpanded: false as const, perPage: PAGE_ITEMS, page: 1 };
  const statuses = await api.read(
    { repo, action: `reading the statuses of ${fullName(repo)}@${sha}` },
    (gitlab) => gitlab.Commits.allStatuses(repo.id, sha, which),
    Statuses,
  );
  return statuses.filter(
    ({ status, allow_failure: allowed, author, pipeline_id: pipelineId }) =>
      status === 'failed' && allowed !== true && author?.id !== us.id && pipelineIds.includes(pipelineId ?? 0),
  );
}

/** What cannot be read leaves the job's name, which is worth telling by itself. */
async function logOf(
  { openFile }: CiReaderDeps,
  repo: RepoRef,
  { job, logBytesMax }: { job: FoundJob; logBytesMax: number },
): Promise<string> {
  try {
    const rawMax = logBytesMax * RAW_SHARE;
    const range = { range: `bytes=-${rawMax}` };
    const response = await openFile(repo, { path: ['jobs', String(job.id), 'trace'], headers: range });
    const tail = await readTail(response?.body ?? null, { bytesMax: rawMax, readMax: LOG_READ_BYTES_MAX });
    return endOf(readableLog(textOfTail(tail ?? new Uint8Array())), logBytesMax);
  } catch {
    return '';
  }
}

function endOf(text: string, bytesMax: number): string {
  return textOfTail(Buffer.from(text).subarray(-bytesMax));
}

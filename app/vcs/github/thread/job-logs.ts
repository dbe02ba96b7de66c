import { z } from 'zod';
import { readTail, textOfTail } from '#core/domain/text/bounded-bytes.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { CiReader, FailedJob } from '#core/ports/host/thread-reader.ts';
import { PAGE_ITEMS, type Api, type Target } from '../wire/api.ts';
import { Text } from '../inbound/payloads.ts';
import { openFile } from '../wire/storage.ts';

/** Jobs whose logs are read, as the port says. */
const JOBS_MAX = 10;
/** 500 check runs on one commit; further ones are not looked through. */
const PAGES_MAX = 5;
/** A log is read from its beginning to know its end; one that is larger than this is left out. */
const LOG_READ_BYTES_MAX = 64 * 1_024 * 1_024;
/** The App that GitHub Actions is; the number of its check run is that of the job. */
const ACTIONS = 'github-actions';

const FAILED: ReadonlySet<string> = new Set(['failure', 'timed_out', 'startup_failure']);

const CheckRun = z.object({
  id: z.number(),
  name: z.string(),
  conclusion: z.string().nullable(),
  html_url: z.string().nullish(),
  details_url: z.string().nullish(),
  app: z.object({ id: z.number(), slug: z.string().optional() }).nullable(),
  output: z.object({ title: Text, summary: Text, text: Text }),
});
type CheckRun = z.infer<typeof CheckRun>;

const CheckRuns = z.object({ check_runs: z.array(CheckRun) });
const Redirect = z.object({ location: z.url() });

/** What reading logs needs. `webUrl` is where people go, `appId` is ours. */
export interface CiReaderDeps {
  readonly api: Api;
  readonly appId: number;
  readonly webUrl: string;
}

/**
 * Reads what failed on a commit: check runs of any App but ours, the newest of each name. A job of GitHub Actions comes with
 * the end of its log, any other check run with what its App wrote about it. Permission: checks:read for the list
 * (https://docs.github.com/en/rest/checks/runs), actions:read for the logs
 * (https://docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run).
 */
export function createCiReader(deps: CiReaderDeps): CiReader {
  return {
    async failedJobs(repo, sha, logBytesMax) {
      const runs = await failedRuns(deps, repo, sha);
      const jobs = runs.slice(0, JOBS_MAX).map(async (run): Promise<FailedJob> => {
        const { name, html_url: page, details_url: details } = run;
        return { name, url: details ?? page ?? '', log: await logOf(deps, repo, { run, logBytesMax }) };
      });
      return Promise.all(jobs);
    },
  };
}

async function failedRuns({ api, appId }: CiReaderDeps, repo: RepoRef, sha: string): Promise<CheckRun[]> {
  const target: Target = { repo, purpose: 'job-logs', action: `reading the check runs of ${fullName(repo)}@${sha}` };
  const which = { owner: repo.owner, repo: repo.name, ref: sha, status: 'completed', filter: 'latest' } as const;
  const failed: CheckRun[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { check_runs: runs } = await api.read(
      target,
      (octokit) => octokit.rest.checks.listForRef({ ...which, per_page: PAGE_ITEMS, page }),
      CheckRuns,
    );
    failed.push(...runs.filter(({ conclusion, app }) => FAILED.has(conclusion ?? '') && app?.id !== appId));
    if (runs.length < PAGE_ITEMS || failed.length >= JOBS_MAX) break;
  }
  return failed;
}

/** What cannot be read leaves the job's name, which is worth telling by itself. */
async function logOf(
  deps: CiReaderDeps,
  repo: RepoRef,
  { run, logBytesMax }: { run: CheckRun; logBytesMax: number },
): Promise<string> {
  const { title, summary, text } = run.output;
  if (run.app?.slug !== ACTIONS) {
    const said = [title, summary, text].filter((part) => part !== '').join('\n\n');
    return textOfTail(Buffer.from(said).subarray(-logBytesMax));
  }
  try {
    const url = await placeOfLog(deps, repo, run.id);
    const response = await openFile(url);
    const tail = response.ok
      ? await readTail(response.body, { bytesMax: logBytesMax, readMax: LOG_READ_BYTES_MAX })
      : undefined;
    if (tail === undefined) await response.body?.cancel();
    return textOfTail(tail ?? new Uint8Array());
  } catch {
    return '';
  }
}

/**
 * Where the log is: GitHub answers 302 with an address in its storage that is good for a minute. The redirect is not followed
 * by the client that carries our token. Only https is asked, or the server itself.
 */
async function placeOfLog({ api, webUrl }: CiReaderDeps, repo: RepoRef, jobId: number): Promise<URL> {
  const { location } = await api.read(
    { repo, purpose: 'job-logs', action: `finding the log of job ${jobId} of ${fullName(repo)}` },
    async (octokit) => {
      const where = { owner: repo.owner, repo: repo.name, job_id: jobId };
      const request = { ...octokit.request.endpoint.DEFAULTS.request, redirect: 'manual' as const };
      const { headers } = await octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...where, request });
      return { data: { location: headers.location }, headers };
    },
    Redirect,
  );
  const url = new URL(location);
  if (url.protocol !== 'https:' && url.origin !== new URL(webUrl).origin) throw new RangeError('a log without TLS');
  return url;
}

import { signedUrl } from './files.ts';
import { notFound } from './failure.ts';
import { repositoryRoute, type Route } from './route.ts';

/** Logs of the jobs of GitHub Actions: a job has the number of its check run. */
export const jobRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', ['actions:read'], (call) => {
    const run = call.repository.checkRuns.get(Number(call.params['job_id']));
    if (run?.app !== 'github-actions' || run.log === undefined) throw notFound();
    return { status: 302, headers: { location: signedUrl(call.world, run.log) } };
  }),
];

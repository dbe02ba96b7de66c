import { storeFile } from './files.ts';
import type { CheckOutputRecord, CheckRunRecord } from './records.ts';
import { isoTime } from './render-user.ts';
import type { RepositoryName } from '../git-host/commits.ts';
import { repositoryNamed, type World } from './world.ts';

/** A job as the repository's own CI ends it. */
export interface NewJob {
  readonly repository: RepositoryName;
  readonly sha: string;
  readonly name: string;
  /** Default `failure`. */
  readonly conclusion?: string;
  /** GitHub Actions by default. */
  readonly app?: CheckRunRecord['app'];
  /** Left out: there is none any more, as after 90 days. */
  readonly log?: string;
  readonly output?: Partial<Omit<CheckOutputRecord, 'annotations'>>;
}

/** What the repository's own CI does, without webhooks. */
export interface ContinuousIntegration {
  endJob(job: NewJob): CheckRunRecord;
}

/** Binds it to one world. */
export function createContinuousIntegration(world: World): ContinuousIntegration {
  return { endJob: (job) => endJob(world, job) };
}

function endJob(world: World, job: NewJob): CheckRunRecord {
  const repository = repositoryNamed(world, job.repository);
  const { log, output } = job;
  const id = world.nextId();
  const at = isoTime(world.now());
  const run: CheckRunRecord = {
    id,
    app: job.app ?? 'github-actions',
    log: log === undefined ? undefined : storeFile(world, { bytes: Buffer.from(log), type: 'text/plain' }),
    suiteId: world.nextId(),
    headSha: job.sha,
    name: job.name,
    status: 'completed',
    conclusion: job.conclusion ?? 'failure',
    startedAt: at,
    completedAt: at,
    externalId: '',
    detailsUrl: `${world.webUrl}/${repository.fullName}/actions/runs/1/job/${id}`,
    output: { title: null, summary: null, text: null, ...output, annotations: [] },
    actions: [],
  };
  repository.checkRuns.set(id, run);
  return run;
}

import type { RepositoryConfig } from '../../contracts/repository-config.ts';
import type { RunLimits } from '../../domain/run/run-limits.ts';
import type { RunFailure } from '../../domain/run/run.ts';
import type { Repositories } from '../../ports/host/repository.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { SetUpOutcome, Workspace } from '../../ports/workspace.ts';
import type { HeldRun } from './hold-run.ts';
import { tellLines } from './tell-lines.ts';
import { unlessStopped } from './unless-stopped.ts';

/** What setting up needs. */
export interface SetUpWorkspaceDeps {
  readonly repositories: Pick<Repositories, 'blobIds'>;
  readonly runtime: Pick<Runtime, 'sha256' | 'wait'>;
  readonly logger: Logger;
  readonly agent: Pick<RunLimits, 'setUpTimeoutMs'>;
}

const COMMAND_CHARS_MAX = 200;
const STAGE = 'setup';

/**
 * Runs the repository's own set-up commands in a loaded workspace, or takes their result from an earlier run with the
 * same commands, image and set-up files. What they leave is kept for others only when the checkout is the default branch,
 * which maintainers vouch for. Gives the failure of the run when a command fails. `checkout` is what was loaded, when that
 * is not the base of the run; `vouched`: nothing that an agent wrote is in it.
 * @throws AppError as the ports; `conflict` when the run had to stop.
 */
export async function setUpWorkspace(
  deps: SetUpWorkspaceDeps,
  held: HeldRun,
  room: { workspace: Workspace; config: RepositoryConfig; checkout?: { sha: string; vouched: boolean } },
): Promise<RunFailure | undefined> {
  const { workspace, config, checkout = { sha: held.base.sha, vouched: true } } = room;
  if (config.setup.length === 0) return undefined;
  held.note({ type: 'status', stage: STAGE, message: `Setting up with ${config.setup.length} commands` });
  const output = tellLines(held, STAGE);
  const outcome = await unlessStopped(
    held,
    deps,
    workspace.setUp({
      commands: config.setup,
      cacheKey: await cacheKeyOf(deps, held, { config, sha: checkout.sha }),
      keep: checkout.vouched && isDefaultBranch(held),
      timeoutMs: deps.agent.setUpTimeoutMs,
      signal: held.signal,
      onLine: output.tell,
    }),
  );
  output.end();
  if (outcome.kind === 'failed') return failureOf(outcome, deps.agent.setUpTimeoutMs);
  const message = outcome.kind === 'restored' ? 'Set-up taken from an earlier run' : 'Set-up done';
  held.note({ type: 'status', stage: STAGE, message });
  return undefined;
}

/** Only what is on the default branch is vouched for by maintainers; a branch of ours holds what an agent wrote. */
function isDefaultBranch({ request, run }: HeldRun): boolean {
  const { base, resumes, options } = run.task;
  return request.thread?.kind !== 'pull' && base === null && resumes === null && options.base === undefined;
}

/** Files that pin dependencies, for a repository that names none: without any, nothing would ever be set up again. */
const LOCK_FILES = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'package.json'],
  ...['requirements.txt', 'pyproject.toml', 'poetry.lock', 'uv.lock', 'Pipfile.lock'],
  ...['go.sum', 'Cargo.lock', 'Gemfile.lock', 'composer.lock'],
];

/** All that a result depends on but the place to run, which the workspace itself adds. */
async function cacheKeyOf(
  deps: SetUpWorkspaceDeps,
  held: HeldRun,
  { config, sha }: { config: RepositoryConfig; sha: string },
): Promise<string> {
  const { repo } = held.request;
  const paths = config.setup_files.length > 0 ? config.setup_files : LOCK_FILES;
  const ids = await deps.repositories.blobIds(repo, sha, paths);
  const files = paths.map((path) => [path, ids[path] ?? null]);
  return deps.runtime.sha256(JSON.stringify([repo.provider, repo.id, config.image ?? null, config.setup, files]));
}

function failureOf({ command, exitCode }: Extract<SetUpOutcome, { kind: 'failed' }>, timeoutMs: number): RunFailure {
  const line = (command.split('\n')[0] ?? '').replaceAll('`', "'").slice(0, COMMAND_CHARS_MAX);
  const how =
    exitCode === null
      ? `was stopped; all of \`setup:\` may take ${timeoutMs / 1_000} s (SETUP_TIMEOUT_SEC)`
      : `ended with exit code ${exitCode}`;
  return {
    code: 'setup',
    message: `Setting up the workspace failed: \`${line}\` ${how}.\n\nIts output is in the log.`,
  };
}

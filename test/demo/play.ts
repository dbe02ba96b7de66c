import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import { branchOf } from '#core/domain/request/work-request.ts';
import { start, type Running } from '../../deploy/embedded/start.ts';
import { openStage, type Stage } from './stage.ts';
import type { DemoOptions } from './options.ts';
import type { Show } from './show.ts';

const POLL_MS = 50;
/** Longer than a run may take by default, so that one that is cut off is still shown. */
const DEADLINE_MS = 35 * 60_000;
const PATCH_DIRECTORY = '.astraforge';

/** Where the demo talks and keeps its files, and what the environment tells it. */
export interface Theatre {
  readonly show: Show;
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the person has seen enough. */
  readonly signal: AbortSignal;
}

/** Plays the main job once. True when it ended in an opened pull request and a successful check run. */
export async function play(options: DemoOptions, theatre: Theatre): Promise<boolean> {
  const { show } = theatre;
  show.title('AstraForge: from a comment to a pull request');
  await using stage = await openStage(options, theatre);
  show.step('GitHub', `${stage.github.url} (a local stand-in holding ${stage.repository})`);
  show.step('model', stage.modelNote);
  await using astraforge = await start(stage.env, { onProgress: (line) => show.line(`    ${line}`) });
  stage.github.webhookTarget = `${astraforge.url}/webhooks/github`;
  show.step('AstraForge', `${astraforge.url} (app, workers and sandbox in one process, embedded Postgres)`);
  show.step('workspace', astraforge.provisioner);
  const number = await comment(stage, options, show);
  await follow(stage, astraforge, theatre);
  return report(stage, { number, show });
}

async function comment(stage: Stage, options: DemoOptions, show: Show): Promise<number> {
  const at = { repository: stage.repository, by: 'ada' };
  const title = options.repo === undefined ? 'A duration of 59.6 seconds is written as 60s' : 'A request from the demo';
  const { issue } = await stage.github.openIssue({ ...at, title });
  const body = `@astraforge ${options.prompt}`;
  show.title(`@ada on ${stage.repository}#${issue.number}: ${body}`);
  const { delivery } = await stage.github.comment({ ...at, number: issue.number, body });
  if (delivery.status !== 202) throw new Error(`the webhook was answered ${delivery.status}: ${delivery.response}`);
  return issue.number;
}

/** Prints the live log to its end; the check run tells which request it is, as it would on GitHub. */
async function follow(stage: Stage, astraforge: Running, { show, signal }: Theatre): Promise<void> {
  const check = (): { externalId: string; status: string } | undefined => stage.github.checkRuns(stage.repository)[0];
  const requestId = await poll('the check run', () => check()?.externalId, signal);
  const ended = new AbortController();
  signal.addEventListener('abort', () => ended.abort(), { once: true });
  for await (const placed of astraforge.shared.stream.follow(requestId, 0, ended.signal)) {
    show.event(placed);
    if (placed.event.final === true) ended.abort();
  }
  await poll('the end of the check run', () => check()?.status === 'completed', signal);
}

async function report(stage: Stage, told: { number: number; show: Show }): Promise<boolean> {
  const { github, repository } = stage;
  const { show } = told;
  const check = github.checkRuns(repository)[0];
  const pull = github.pulls(repository).find((one) => one.viaApp);
  if (pull !== undefined) {
    const patch = await github.diff(repository, pull.pull.baseBranch, branchOf(check?.externalId ?? ''));
    show.title(`Pull request #${pull.number}: ${pull.title}`);
    show.diff(patch);
    show.line(`\n  ${pull.body.split('\n').join('\n  ')}`);
    await mkdir(PATCH_DIRECTORY, { recursive: true });
    const file = path.join(PATCH_DIRECTORY, 'demo.patch');
    await writeFile(file, patch);
    show.step('patch', `${file} (git apply ${file})`);
  }
  show.title(`Check run ${check?.name}: ${check?.conclusion} (${check?.output.title})`);
  const web = `${github.url}/${repository}`;
  show.line('  (addresses of the stand-in, which ends with the demo)');
  show.line(`  issue         ${web}/issues/${told.number}`);
  if (pull !== undefined) show.line(`  pull request  ${web}/pull/${pull.number}`);
  show.line(`  check run     ${web}/runs/${check?.id}`);
  for (const violation of github.violations) show.line(`  not as GitHub describes it: ${JSON.stringify(violation)}`);
  return pull !== undefined && check?.conclusion === 'success' && github.violations.length === 0;
}

async function poll<Value>(what: string, ask: () => Value | undefined | false, signal: AbortSignal): Promise<Value> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    if (signal.aborted) throw new AppError('conflict', 'The demo was stopped.');
    if (Date.now() > end) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

import { readCommit } from '../git-host/git-questions.ts';
import type { AnnotationRecord, CheckRunRecord, RepositoryRecord } from './records.ts';
import { isPull } from './render-pull.ts';
import { isoTime, nodeId, renderApp } from './render-user.ts';
import type { World } from './world.ts';

/** The number of GitHub Actions is the same everywhere on github.com. */
const MAKER_IDS = { 'github-actions': 15_368, 'other-ci': 254 };

/** GitHub's `check-run`; `pull_requests` lists the open ones whose head is the checked commit. */
export function renderCheckRun(world: World, repository: RepositoryRecord, run: CheckRunRecord) {
  const repositoryUrl = `${world.apiUrl}/repos/${repository.fullName}`;
  const url = `${repositoryUrl}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${world.webUrl}/${repository.fullName}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.output.title,
      summary: run.output.summary,
      text: run.output.text,
      annotations_count: run.output.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: renderMaker(world, run),
    pull_requests: checkedPulls(world, repository, run.headSha),
  };
}

/** The App that made a check run: ours, GitHub's own or another one. */
export function renderMaker(world: World, { app }: Pick<CheckRunRecord, 'app'>) {
  if (app === 'ours') return renderApp(world);
  return { ...renderApp(world), id: MAKER_IDS[app], slug: app, name: app };
}

/** GitHub's `check-suite` of our App on one commit, as webhooks carry it. */
export async function renderCheckSuite(world: World, repository: RepositoryRecord, headSha: string) {
  const runs = [...repository.checkRuns.values()].filter((one) => one.headSha === headSha);
  const [first] = runs;
  if (!first) throw new Error(`our App has no check run on ${headSha}`);
  const url = `${world.apiUrl}/repos/${repository.fullName}/check-suites/${first.suiteId}`;
  const { sha: id, tree, message, author, committer } = await readCommit(repository.directory, headSha);
  const person = ({ name, email }: typeof author) => ({ name, email });
  const isOver = runs.every((one) => one.status === 'completed');
  return {
    id: first.suiteId,
    node_id: nodeId('CS', first.suiteId),
    head_branch: repository.defaultBranch,
    head_sha: headSha,
    status: isOver ? 'completed' : 'in_progress',
    conclusion: isOver ? (runs.at(-1)?.conclusion ?? null) : null,
    url,
    before: null,
    after: null,
    pull_requests: checkedPulls(world, repository, headSha),
    app: renderApp(world),
    created_at: isoTime(repository.createdAt),
    updated_at: isoTime(repository.createdAt),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: {
      id,
      tree_id: tree,
      message,
      timestamp: committer.date,
      author: person(author),
      committer: person(committer),
    },
  };
}

/** GitHub's `check-annotation`. */
export function renderAnnotation(
  world: World,
  repository: RepositoryRecord,
  { run, annotation }: { run: CheckRunRecord; annotation: AnnotationRecord },
) {
  const blob_href = `${world.webUrl}/${repository.fullName}/blob/${run.headSha}/${encodeURI(annotation.path)}`;
  return { ...annotation, blob_href };
}

function checkedPulls(world: World, repository: RepositoryRecord, headSha: string) {
  const side = (one: RepositoryRecord, tip: { ref: string; sha: string }) => ({
    ...tip,
    repo: { id: one.id, url: `${world.apiUrl}/repos/${one.fullName}`, name: one.name },
  });
  return [...repository.issues.values()]
    .filter(isPull)
    .filter((issue) => issue.state === 'open' && issue.pull.headSha === headSha)
    .map(({ number, pull }) => ({
      url: `${world.apiUrl}/repos/${repository.fullName}/pulls/${number}`,
      id: pull.id,
      number,
      head: side(pull.headRepository, { ref: pull.headBranch, sha: pull.headSha }),
      base: side(repository, { ref: pull.baseBranch, sha: pull.baseSha }),
    }));
}

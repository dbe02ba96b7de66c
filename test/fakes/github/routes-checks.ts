import { z } from 'zod';
import { notFound, unprocessable } from './failure.ts';
import { hasCommit, resolveCommit } from '../git-host/git-questions.ts';
import { paginate } from './paginate.ts';
import type { CheckRunRecord } from './records.ts';
import { renderAnnotation, renderCheckRun, renderMaker } from './render-check.ts';
import { isoTime } from './render-user.ts';
import { repositoryRoute, type RepositoryCall, type Route } from './route.ts';

// OpenAPI counts characters; the service counts bytes (reported in github/rest-api-description#5399).
const OUTPUT_BYTES_MAX = 65_535;

const Annotation = z.object({
  path: z.string(),
  start_line: z.number(),
  end_line: z.number(),
  start_column: z.number().nullable().default(null),
  end_column: z.number().nullable().default(null),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().nullable().default(null),
  raw_details: z.string().nullable().default(null),
});

const CheckFields = z.object({
  name: z.string().optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.string().optional(),
  conclusion: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: z.string().optional(),
      text: z.string().optional(),
      annotations: z.array(Annotation).default([]),
    })
    .optional(),
  actions: z.array(z.object({ label: z.string(), description: z.string(), identifier: z.string() })).optional(),
});

const NewCheck = CheckFields.extend({ name: z.string(), head_sha: z.string() });

/** Check runs of our own App, the only ones it may write. */
export const checkRoutes: readonly Route[] = [
  repositoryRoute('POST /repos/{owner}/{repo}/check-runs', ['checks:write'], async (call) => {
    const { world, repository } = call;
    const asked = NewCheck.parse(call.body);
    if (!(await hasCommit(repository.directory, asked.head_sha))) {
      throw unprocessable([], `No commit found for SHA: ${asked.head_sha}`);
    }
    const run = newCheckRun(call, asked);
    applyFields(call, run, asked);
    repository.checkRuns.set(run.id, run);
    return { status: 201, body: renderCheckRun(world, repository, run), wrote: { kind: 'check.create', id: run.id } };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', ['checks:read'], (call) => ({
    status: 200,
    body: renderCheckRun(call.world, call.repository, checkRunById(call)),
  })),
  repositoryRoute('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', ['checks:write'], (call) => {
    const run = checkRunById(call);
    applyFields(call, run, CheckFields.parse(call.body));
    const body = renderCheckRun(call.world, call.repository, run);
    return { status: 200, body, wrote: { kind: 'check.update', id: run.id } };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', ['checks:read'], (call) => {
    const run = checkRunById(call);
    const { page, headers } = paginate(call, run.output.annotations);
    const body = page.map((one) => renderAnnotation(call.world, call.repository, { run, annotation: one }));
    return { status: 200, body, headers };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', ['checks:read'], async (call) => {
    const { world, repository, params } = call;
    const sha = await resolveCommit(repository.directory, params['ref'] ?? '');
    if (sha === undefined) throw unprocessable([], `No commit found for SHA: ${params['ref'] ?? ''}`);
    const found = selectRuns(call, sha);
    const { page, headers } = paginate(call, found);
    const check_runs = page.map((one) => renderCheckRun(world, repository, one));
    return { status: 200, body: { total_count: found.length, check_runs }, headers };
  }),
];

function checkRunById(call: RepositoryCall): CheckRunRecord {
  const run = call.repository.checkRuns.get(Number(call.params['check_run_id']));
  if (!run) throw notFound();
  return run;
}

function newCheckRun({ world, repository }: RepositoryCall, asked: z.infer<typeof NewCheck>): CheckRunRecord {
  const sibling = [...repository.checkRuns.values()].find((one) => one.headSha === asked.head_sha);
  return {
    id: world.nextId(),
    app: 'ours',
    log: undefined,
    suiteId: sibling?.suiteId ?? world.nextId(),
    headSha: asked.head_sha,
    name: asked.name,
    status: 'queued',
    conclusion: null,
    startedAt: isoTime(world.now()),
    completedAt: null,
    externalId: '',
    detailsUrl: `${world.webUrl}/apps/${world.app.slug}`,
    output: { title: null, summary: null, text: null, annotations: [] },
    actions: [],
  };
}

function applyFields({ world }: RepositoryCall, run: CheckRunRecord, asked: z.infer<typeof CheckFields>): void {
  for (const field of ['summary', 'text'] as const) {
    if (Buffer.byteLength(asked.output?.[field] ?? '') > OUTPUT_BYTES_MAX) {
      const message = `${field} exceeds a maximum bytesize of ${OUTPUT_BYTES_MAX}`;
      throw unprocessable([{ resource: 'CheckRun', field, code: 'custom', message }]);
    }
  }
  const status = asked.conclusion === undefined ? (asked.status ?? run.status) : 'completed';
  const conclusion = status === 'completed' ? (asked.conclusion ?? run.conclusion) : null;
  if ((status === 'completed' || asked.completed_at !== undefined) && conclusion === null) {
    throw unprocessable([{ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' }]);
  }
  if (conclusion === 'stale') throw unprocessable([{ resource: 'CheckRun', field: 'conclusion', code: 'invalid' }]);
  const wasCompleted = run.status === 'completed';
  run.status = status;
  run.conclusion = conclusion;
  run.startedAt = asked.started_at ?? run.startedAt;
  if (status !== 'completed') run.completedAt = null;
  else run.completedAt = asked.completed_at ?? (wasCompleted ? run.completedAt : isoTime(world.now()));
  run.name = asked.name ?? run.name;
  run.externalId = asked.external_id ?? run.externalId;
  run.detailsUrl = asked.details_url ?? run.detailsUrl;
  run.actions = asked.actions ?? run.actions;
  if (asked.output) {
    run.output = {
      title: asked.output.title ?? run.output.title,
      summary: asked.output.summary ?? run.output.summary,
      text: asked.output.text ?? run.output.text,
      annotations: [...run.output.annotations, ...asked.output.annotations],
    };
  }
}

function selectRuns({ world, repository, query }: RepositoryCall, sha: string): CheckRunRecord[] {
  const appId = query.get('app_id');
  const matches = (name: string, value: string): boolean => query.get(name) === null || query.get(name) === value;
  const found = [...repository.checkRuns.values()]
    .filter((one) => appId === null || appId === String(renderMaker(world, one).id))
    .filter((one) => one.headSha === sha && matches('check_name', one.name) && matches('status', one.status))
    .toReversed();
  if (query.get('filter') === 'all') return found;
  return found.filter((one, index) => found.findIndex((other) => other.name === one.name) === index);
}

import { projectCheck, type CheckView } from '../../domain/change/check.ts';
import type { EffectKind } from '../../domain/host/effect.ts';
import { gateKey, projectGate } from '../../domain/change/gate-check.ts';
import type { Run } from '../../domain/run/run.ts';
import { runPage } from '../../domain/run/run-page.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { WorkRequest } from '../../domain/request/work-request.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Effects, RunLogRecord, Runs } from '../../ports/store.ts';
import type { CheckReporter, Placed } from '../../ports/host/vcs.ts';
import { applyEffect } from './apply-effect.ts';
import { readLogExcerpt } from '../run/read-log-excerpt.ts';

interface ReadResultDeps {
  readonly store: { readonly runs: Pick<Runs, 'readResult'> };
}

/** What showing check runs needs. */
export interface ShowCheckDeps {
  readonly store: { readonly effects: Effects; readonly log: RunLogRecord; readonly runs: Pick<Runs, 'readResult'> };
  readonly host: CheckReporter;
  readonly runtime: Runtime;
  readonly redactor: Redactor;
  /** Where people reach the dashboard, without a slash at its end. */
  readonly publicUrl: string | undefined;
}

/** Shows a run in its check run, on the commit it starts from: made once and then edited. */
export async function showCheck(deps: ShowCheckDeps, request: WorkRequest, run: Run): Promise<Placed> {
  const log = await readLogExcerpt(deps, run);
  return place(deps, request, {
    run,
    kind: 'check-run',
    view: projectCheck(request, run, { log, now: deps.runtime.now() }),
  });
}

/** Shows what waits for approval, or who gave it, in a check run of its own. */
export async function showGate(deps: ShowCheckDeps, request: WorkRequest, run: Run): Promise<Placed> {
  return place(deps, request, { run, kind: 'gate-check', view: await viewGate(deps, run) });
}

/** What {@link showGate} shows. */
export async function viewGate(deps: Pick<ShowCheckDeps, 'runtime'> & ReadResultDeps, run: Run): Promise<CheckView> {
  const patch = run.awaiting?.subject === 'publish' ? (await deps.store.runs.readResult(run.id))?.patch : undefined;
  const diff = patch === null || patch === undefined ? undefined : new TextDecoder().decode(patch);
  return projectGate(run, { diff, now: deps.runtime.now() });
}

/** The first run's check is known by the request, so that the host's page of it can be found from there; others by themselves. */
function keyOf(request: WorkRequest, { id, createdAt }: Run): string {
  return createdAt === request.createdAt ? request.id : id;
}

async function place(
  deps: ShowCheckDeps,
  request: WorkRequest,
  shown: { run: Run; kind: Extract<EffectKind, 'check-run' | 'gate-check'>; view: CheckView },
): Promise<Placed> {
  const { repo } = request;
  const { run, kind } = shown;
  const { sha } = run.task.base ?? request.base;
  const detailsUrl = runPage(deps.publicUrl, run.id);
  const view = { ...redacted(deps, shown.view), ...(detailsUrl === undefined ? {} : { detailsUrl }) };
  const subjectId = keyOf(request, run);
  const key = kind === 'gate-check' ? gateKey(subjectId) : subjectId;
  let fresh = false;
  const placed = await applyEffect(
    deps.store,
    { subjectId, kind },
    {
      find: () => deps.host.findCheck(repo, sha, key),
      create: () => {
        fresh = true;
        return deps.host.createCheck(repo, sha, { key, view });
      },
    },
  );
  if (!fresh) await deps.host.updateCheck(repo, placed.externalId, view);
  return placed;
}

/** What stands in the place of a secret is shorter than any secret, or nearly so; the limits leave room for that. */
function redacted({ redactor }: ShowCheckDeps, view: CheckView): CheckView {
  const { title, summary, text } = view;
  return { ...view, title: redactor.redact(title), summary: redactor.redact(summary), text: redactor.redact(text) };
}

import type { RepositoryConfig } from '../../contracts/repository-config.ts';
import { approvalFor } from '../../domain/rules/approval-policy.ts';
import { versionWords } from '../../domain/rules/config-text.ts';
import { AppError } from '../../domain/errors.ts';
import { fullName, isAlert, isCaller, personName, type Actor } from '../../domain/host/repo.ts';
import { hasRole, type Role } from '../../domain/rules/role.ts';
import type { ChangeLimits } from '../../domain/rules/policy.ts';
import { changeLimitsFor, chooseModel, runLimitsFor } from '../../domain/rules/repository-bounds.ts';
import type { RunLimits } from '../../domain/run/run-limits.ts';
import type { ApprovalNeed, RunOptions } from '../../domain/run/run-task.ts';
import type { RunFailure } from '../../domain/run/run.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Authoriser } from '../../ports/host/vcs.ts';
import type { HeldRun } from '../run/hold-run.ts';
import { readRepositoryConfig, type ReadRepositoryConfigDeps } from './read-repository-config.ts';

/** What reading the terms needs. */
export type ReadTermsDeps = ReadRepositoryConfigDeps & {
  readonly host: Authoriser;
  readonly agent: RunLimits & { readonly model: string; readonly models: readonly string[] };
  readonly limits: ChangeLimits;
  readonly store: { readonly conversations: Pick<Conversations, 'messagesOf'> };
};

/** Under which terms a run may work: as they are now, not as they were when it was asked for. */
export interface RunTerms {
  readonly kind: 'terms';
  readonly config: RepositoryConfig;
  readonly policyVersion: string;
  readonly approval: ApprovalNeed;
  /** The lower of what the operator, the repository and the request set. */
  readonly limits: RunLimits;
  readonly change: ChangeLimits;
  readonly model: string;
  readonly models: readonly string[];
  /** Everybody whose words this run follows; none of them may approve it, unless the configuration says so. */
  readonly askers: readonly Actor[];
}

/** Stage of the log event that says by which version of the configuration a run goes. */
export const RULES_STAGE = 'rules';

const STRICTNESS: Readonly<Record<ApprovalNeed, number>> = { none: 0, publish: 1, plan: 2 };

/** What somebody asked for and what each person needs, together. */
function strictest(needs: readonly ApprovalNeed[]): ApprovalNeed {
  return needs.reduce((most, need) => (STRICTNESS[need] > STRICTNESS[most] ? need : most), 'none');
}

/**
 * Reads the repository's configuration and asks the host what each of those who asked may do, now. A person who may not
 * start a run any more, or of whom the host does not say so, ends it.
 * @throws AppError as the host, when asking again may help.
 */
export async function readTerms(
  deps: ReadTermsDeps,
  held: HeldRun,
): Promise<RunTerms | { readonly kind: 'refused'; readonly failure: RunFailure }> {
  const { repo, requester } = held.request;
  const read = await readRepositoryConfig(deps, repo);
  if (read.kind === 'faulty') return { kind: 'refused', failure: { code: 'config', message: read.message } };
  const { version: policyVersion } = read;
  const config = isAlert(requester) ? withProof(read.config) : read.config;
  const said = await deps.store.conversations.messagesOf(held.run.id);
  const choice = chooseModel(deps.agent, config, held.run.task.options.model);
  const rules = versionWords(policyVersion);
  if (choice.kind === 'refused') {
    const message = `${choice.reason} (\`model\` and \`models_allowed\`, by ${rules}.)`;
    return { kind: 'refused', failure: { code: 'config', message } };
  }
  const askers = distinct([requester, ...said.map(({ actor }) => actor)]);
  const needs: ApprovalNeed[] = [held.run.task.approval];
  for (const asker of askers) {
    if (isAlert(asker)) {
      needs.push(approvalFor(config, 'alert'));
      continue;
    }
    const role = await deps.host.roleOf(repo, asker).catch(noneUnlessPassing);
    if (!hasRole(role, config.run_by)) {
      const message = `${personName(asker)} has \`${role}\` on ${fullName(repo)} by now; \`${config.run_by}\` is needed to have a run (\`run_by\`, by ${rules}).`;
      return { kind: 'refused', failure: { code: 'denied', message } };
    }
    // What a link asks for is in the task; where a comment began it, whoever joins through the API is not known to have access.
    const joins = isCaller(asker) && held.request.call === null;
    needs.push(approvalFor(config, joins ? 'none' : role));
  }
  held.note({ type: 'status', stage: RULES_STAGE, message: `Rules: by ${rules}` });
  return {
    kind: 'terms',
    config,
    policyVersion,
    approval: strictest(needs),
    limits: asAsked(runLimitsFor(deps.agent, config), held.run.task.options),
    change: changeLimitsFor(deps.limits, config),
    model: choice.model,
    models: choice.models,
    askers,
  };
}

/** What nobody asked for has to show that it is right, whatever the repository wants of others. */
function withProof(config: RepositoryConfig): RepositoryConfig {
  return { ...config, proof: { ...config.proof, mode: 'require' } };
}

/** People can ask for less than they are allowed, never for more. */
function asAsked(limits: RunLimits, { maxTokens, maxCostUsd }: RunOptions): RunLimits {
  const dollars = [limits.costUsdMax, maxCostUsd ?? null].filter((one) => one !== null);
  return {
    ...limits,
    tokensMax: Math.min(limits.tokensMax, maxTokens ?? limits.tokensMax),
    costUsdMax: dollars.length === 0 ? null : Math.min(...dollars),
  };
}

/** A host that will not say what a person may do has said no; one that is away is asked again. */
export function noneUnlessPassing(thrown: unknown): Role {
  if (thrown instanceof AppError && ['denied', 'missing', 'invalid'].includes(thrown.code)) return 'none';
  throw thrown;
}

function distinct(actors: readonly Actor[]): Actor[] {
  return [...new Map(actors.map((actor) => [actor.id, actor])).values()];
}

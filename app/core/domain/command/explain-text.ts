import { approvalFor } from '../rules/approval-policy.ts';
import { changeWords, modelWords, pathWords, versionWords, type ServerSettings } from '../rules/config-text.ts';
import { inCode } from '../rules/config-fault.ts';
import { blockedLine, headline } from '../run/outcome.ts';
import { quotedHarmless } from '../text/outgoing.ts';
import { personName, type Actor } from '../host/repo.ts';
import { chooseModel } from '../rules/repository-bounds.ts';
import type { RepositoryRules } from '../rules/repository-rules.ts';
import { hasRole, type Role } from '../rules/role.ts';
import type { Run } from '../run/run.ts';
import { NOTHING, type StateFacts } from '../run/state-text.ts';

/** Runs that were begun, of how many. */
interface Used {
  readonly name: string;
  readonly used: number;
  readonly most: number;
}

/** What holds now, for whoever asks. */
export interface RulesNow {
  readonly rules: RepositoryRules;
  /** Of the configuration: SHA-256, or `none`. */
  readonly version: string;
  readonly server: ServerSettings;
  readonly by: { readonly actor: Actor; readonly role: Role };
  /** Quotas by their variables' names. */
  readonly quotas: readonly Used[];
  /** Hosts that people allowed by a comment. */
  readonly allowedHosts: readonly string[];
  /** Where the asking person was refused something in this thread, once; undefined: nowhere. */
  readonly refusedAt: string | undefined;
  /** What the log of the newest run says about the rules it went by; undefined: nothing. */
  readonly wentBy: string | undefined;
}

const WHY_BYTES_MAX = 4_000;
const VERSION_CHARS = 12;
const HOSTS_SHOWN_MAX = 20;

/**
 * The answer to `explain`: which rule, at which version of the configuration, lets or does not let something be done, and
 * what was decided about the newest run.
 */
export function explainText({ standing }: Pick<StateFacts, 'standing'>, now: RulesNow): string {
  const { version, refusedAt } = now;
  const lines = [
    `Configuration: ${version === 'none' ? 'none, so the defaults hold' : `version \`${version.slice(0, VERSION_CHARS)}\` of the default branch`}.`,
    ...rulesOfAsking(now),
    ...rulesOfWork(now, standing?.run),
  ];
  if (refusedAt !== undefined)
    lines.push(
      `@${now.by.actor.login} was refused something in this thread before; the rule is named there: ${refusedAt}`,
    );
  if (standing === undefined) return [...lines, NOTHING].join('\n\n');
  const { request, run } = standing;
  lines.push(`The newest run: ${headline(run, request.repo.provider)}.`);
  if (now.wentBy !== undefined) lines.push(now.wentBy);
  return [...lines, ...decisionsOn(run)].join('\n\n');
}

function rulesOfAsking({ rules, by, quotas }: RulesNow): string[] {
  const { triggers } = rules;
  const may = hasRole(by.role, rules.run_by);
  const labels = triggers.labels.length === 0 ? 'none' : triggers.labels.map(inCode).join(', ');
  const full = quotas.filter(({ used, most }) => used >= most);
  const counts = quotas.map(({ name, used, most }) => `${used} of ${most} (${name})`).join(', ');
  return [
    `@${by.actor.login} has \`${by.role}\`; \`run_by: ${rules.run_by}\` ${may ? 'lets them' : 'does not let them'} start a run.`,
    `Triggers besides commands: \`triggers.mention: ${triggers.mention}\` ${triggers.mention ? 'lets' : 'does not let'} a bare mention begin work; labels: ${labels} (\`triggers.labels\`); \`triggers.assignee: ${triggers.assignee}\`.`,
    `Quotas ${full.length === 0 ? 'let' : 'do not let'} another run begin: ${counts}.`,
    `Their requests need approval: \`${approvalFor(rules, by.role)}\`${rules.approval.self ? ', also their own' : ', by somebody else'} (\`approval\`).`,
  ];
}

function rulesOfWork({ rules, server, allowedHosts }: RulesNow, run: Run | undefined): string[] {
  const asked = run?.task.options.model;
  const choice = chooseModel(server, rules, asked);
  const hosts = [...rules.egress, ...allowedHosts];
  const shown = hosts.slice(0, HOSTS_SHOWN_MAX).map(inCode).join(', ');
  const more = hosts.length > HOSTS_SHOWN_MAX ? ` and ${hosts.length - HOSTS_SHOWN_MAX} more` : '';
  return [
    `Model (\`model\`, \`models_allowed\`): ${choice.kind === 'refused' ? choice.reason : `${modelWords(rules, server)}.`}`,
    `A change may touch: ${pathWords(rules.paths)} (\`paths\`); ${changeWords(rules, server)} (\`limits\`).`,
    `Workspaces may reach: ${hosts.length === 0 ? 'no host' : `${shown}${more}`} (\`egress\`, \`allow host\`).`,
  ];
}

function decisionsOn(run: Run): string[] {
  const lines: string[] = [];
  if (run.awaiting !== null) lines.push(awaitingLine(run));
  if (run.approved !== null)
    lines.push(
      `Approved by ${personName(run.approved.by)} at ${run.approved.at}, for \`${run.approved.digest.slice(0, VERSION_CHARS)}\` under ${versionWords(run.approved.policyVersion)}.`,
    );
  if (run.failure !== null)
    lines.push(`Why it ended (\`${run.failure.code}\`):`, quotedHarmless(run.failure.message, WHY_BYTES_MAX));
  const blocked = blockedLine(run);
  if (blocked !== undefined) lines.push(blocked);
  return lines;
}

function awaitingLine({ awaiting }: Run): string {
  const { subject, digest, policyVersion } = awaiting ?? { subject: '', digest: '', policyVersion: '' };
  return `Approval of the ${subject === 'plan' ? 'plan' : 'diff'} \`${digest.slice(0, VERSION_CHARS)}\` is asked under ${versionWords(policyVersion)}.`;
}

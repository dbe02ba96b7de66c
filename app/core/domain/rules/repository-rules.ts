import { VERBS, type Verb } from '../command/command-list.ts';
import type { ProofRules } from './proof-rules.ts';
import type { Role } from './role.ts';

/*
 * What a repository may decide about its own work, as the rest of the core sees it. `app/core/contracts/repository-config.ts`
 * reads it from the file; there are the meaning of each key and its default.
 */

/** What has to be approved before work goes on. `plan`: the plan, before any code. `publish`: the diff, before any push. */
export const APPROVAL_MODES = ['none', 'plan', 'publish'] as const;
export type ApprovalMode = (typeof APPROVAL_MODES)[number];

/** Who needs which approval; a key that is absent follows `default`, see `approval-policy.ts`. */
export interface ApprovalRules {
  readonly default?: ApprovalMode | undefined;
  readonly maintainers?: ApprovalMode | undefined;
  readonly others?: ApprovalMode | undefined;
  readonly alerts?: ApprovalMode | undefined;
  /** Whether those who asked may approve their own request. */
  readonly self: boolean;
}

/** Globs of paths; see `glob.ts`. */
export interface PathRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Bounds of one change; an absent one is the operator's. */
export interface ChangeBounds {
  readonly files?: number | undefined;
  readonly added_lines?: number | undefined;
  readonly patch_bytes?: number | undefined;
}

/** What one request may use at most; an absent one is the operator's. */
export interface RunCaps {
  readonly tokens?: number | undefined;
  readonly cost_usd?: number | undefined;
  readonly minutes?: number | undefined;
}

/** How much a finding matters, least first. */
export const SEVERITIES = ['info', 'minor', 'major', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** When and how pull requests are reviewed. */
export interface ReviewRules {
  readonly auto: boolean;
  readonly own_changes: boolean;
  readonly paths: PathRules;
  readonly files_max: number;
  readonly lines_max: number;
  readonly min_severity: Severity;
  readonly fail_on: Severity | 'never';
}

/** A command as one word that an alias may stand for. */
export type CommandVerb = Exclude<Verb, 'allow-host'> | 'why' | 'allow';
export const COMMAND_VERBS: readonly CommandVerb[] = VERBS.flatMap((verb): CommandVerb[] => {
  if (verb === 'allow-host') return ['allow'];
  return verb === 'explain' ? ['explain', 'why'] : [verb];
});

/** Everything a repository decides. */
export interface RepositoryRules {
  readonly image?: string | undefined;
  readonly setup: readonly string[];
  readonly setup_files: readonly string[];
  readonly egress: readonly string[];
  readonly triggers: { readonly mention: boolean; readonly labels: readonly string[]; readonly assignee: boolean };
  readonly run_by: Exclude<Role, 'none'>;
  readonly approval: ApprovalRules;
  readonly paths: PathRules;
  readonly limits: ChangeBounds;
  readonly model?: string | undefined;
  readonly models_allowed?: readonly string[] | undefined;
  readonly caps: RunCaps;
  readonly review: ReviewRules;
  readonly proof: ProofRules;
  readonly commands: { readonly aliases: Readonly<Record<string, CommandVerb>> };
}

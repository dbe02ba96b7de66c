import { pathAllowed } from './path-rules.ts';
import type { ChangeLimits, PolicyPath, Verdict } from './policy.ts';
import type { RepositoryRules } from './repository-rules.ts';
import type { RunLimits } from '../run/run-limits.ts';

/*
 * A repository can only ever be stricter than the operator: each function here takes what the operator set and what the
 * repository set, and gives the lower of both.
 */

const MINUTE_MS = 60_000;

/** The bounds of a run in a repository. */
export function runLimitsFor(server: RunLimits, { caps, limits }: Pick<RepositoryRules, 'caps' | 'limits'>): RunLimits {
  const { cost_usd: costUsd } = caps;
  const dollars = [server.costUsdMax, costUsd ?? null].filter((one) => one !== null);
  return {
    ...server,
    timeoutMs: lower(server.timeoutMs, caps.minutes === undefined ? undefined : caps.minutes * MINUTE_MS),
    tokensMax: lower(server.tokensMax, caps.tokens),
    costUsdMax: dollars.length === 0 ? null : Math.min(...dollars),
    patchBytesMax: lower(server.patchBytesMax, limits.patch_bytes),
  };
}

/** The bounds of a change in a repository. */
export function changeLimitsFor(server: ChangeLimits, { limits }: Pick<RepositoryRules, 'limits'>): ChangeLimits {
  return { ...server, filesMax: lower(server.filesMax, limits.files) };
}

function lower(server: number, repository: number | undefined): number {
  return repository === undefined ? server : Math.min(server, repository);
}

const PATHS_NAMED_MAX = 20;

/**
 * Whether a change stays within what the repository set (the operator's own rules are `policy.ts`). Both names of a
 * renamed file count. `additions`: added lines; `patchBytes`: size of the patch. Every fault is named at once.
 */
export function judgeByRepository(
  change: { paths: readonly Pick<PolicyPath, 'path' | 'from'>[]; additions: number; patchBytes: number },
  { paths, limits }: Pick<RepositoryRules, 'paths' | 'limits'>,
): Verdict {
  const names = change.paths.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
  const outside = [...new Set(names)].filter((name) => !pathAllowed(paths, name));
  const reasons = outside
    .slice(0, PATHS_NAMED_MAX)
    .map((name) => `\`${name}\` is not among the paths this repository lets me change (\`paths\`).`);
  if (outside.length > PATHS_NAMED_MAX) reasons.push(`Nor are ${outside.length - PATHS_NAMED_MAX} more.`);
  const sizes = [
    ['files', change.paths.length, 'changed files'],
    ['added_lines', change.additions, 'added lines'],
    ['patch_bytes', change.patchBytes, 'bytes of patch'],
  ] as const;
  for (const [key, size, words] of sizes) {
    const most = limits[key];
    if (most !== undefined && size > most)
      reasons.push(`It has ${size} ${words}; this repository takes at most ${most} (\`limits.${key}\`).`);
  }
  return reasons.length === 0 ? { kind: 'allowed' } : { kind: 'refused', reasons };
}

/** Which model a run uses, and which it may ask; or why it cannot begin. */
export type ModelChoice =
  | { readonly kind: 'model'; readonly model: string; readonly models: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * The model of a run: the one asked for (`--model`), else the repository's, else the operator's, in that order, as far as
 * both allow it. Where the repository's list leaves the operator's own out, the first allowed one is used.
 */
export function chooseModel(
  server: { readonly model: string; readonly models: readonly string[] },
  { model, models_allowed: listed }: Pick<RepositoryRules, 'model' | 'models_allowed'>,
  asked?: string,
): ModelChoice {
  const models = server.models.filter((one) => listed === undefined || listed.includes(one));
  const [first] = models;
  if (first === undefined)
    return { kind: 'refused', reason: 'None of the models in `models_allowed` is one the operator allows.' };
  const wanted = asked ?? model ?? (models.includes(server.model) ? server.model : first);
  if (models.includes(wanted)) return { kind: 'model', model: wanted, models };
  const shown = wanted.replaceAll('`', "'");
  const allowed = models.map((one) => `\`${one}\``).join(', ');
  return { kind: 'refused', reason: `The model \`${shown}\` may not be used here; allowed: ${allowed}.` };
}

/**
 * Whether a label or an assignment asks for work, by the repository's triggers. Labels are compared as the hosts do,
 * without case. `selfId`: number of the bot's account.
 */
export function isTriggered(
  { triggers }: Pick<RepositoryRules, 'triggers'>,
  by:
    { readonly kind: 'label'; readonly name: string } | { readonly kind: 'assignee'; readonly account: { id: number } },
  selfId: number,
): boolean {
  if (by.kind === 'assignee') return triggers.assignee && by.account.id === selfId;
  const name = by.name.toLowerCase();
  return triggers.labels.some((label) => label.toLowerCase() === name);
}

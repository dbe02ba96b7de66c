import { approvalFor } from './approval-policy.ts';
import { inCode } from './config-fault.ts';
import type { ChangeLimits } from './policy.ts';
import { changeLimitsFor, chooseModel, runLimitsFor } from './repository-bounds.ts';
import type { PathRules, RepositoryRules } from './repository-rules.ts';
import type { RunLimits } from '../run/run-limits.ts';

/** Where a configuration came from. */
export interface ConfigSource {
  /** Undefined: there is no file. */
  readonly path: string | undefined;
  /** SHA-256, or `none` without a file. */
  readonly version: string;
}

/** What the operator set, to tell what counts in the end. */
export interface ServerSettings {
  readonly limits: RunLimits;
  readonly change: ChangeLimits;
  readonly model: string;
  readonly models: readonly string[];
}

const VERSION_CHARS = 12;
const SHOWN_MAX = 20;
const MINUTE_MS = 60_000;

/** One line about where a configuration came from and which version it is. */
export function configSourceLine({ path, version }: ConfigSource): string {
  if (path === undefined) return 'There is no configuration file on the default branch, so the defaults hold.';
  return `Configuration: ${inCode(path)} on the default branch, version \`${version.slice(0, VERSION_CHARS)}\`.`;
}

/** Which version of a configuration something was decided by, in a few words; `version` as in {@link ConfigSource}. */
export function versionWords(version: string): string {
  if (version === 'none') return 'no configuration file, so by the defaults';
  return `version \`${version.slice(0, VERSION_CHARS)}\` of the configuration`;
}

/**
 * What a configuration means, as a short Markdown list. With the operator's settings the numbers are what counts in the
 * end; without them only what the repository set is told. Pure, harmless to publish.
 */
export function configList(config: RepositoryRules, server?: ServerSettings): string {
  const rows: readonly (readonly [string, string])[] = [
    ['begins by', triggerWords(config)],
    ['may begin a run', config.run_by === 'admin' ? 'admins' : `people with the role ${config.run_by} or more`],
    ['approval', approvalWords(config)],
    ['paths a change may touch', pathWords(config.paths)],
    ['one change', changeWords(config, server)],
    ['model', modelWords(config, server)],
    ['one request', capWords(config, server)],
    ['workspace', workspaceWords(config)],
    ['review', reviewWords(config)],
    ['proof', proofWords(config)],
    [
      'own command words',
      listed(Object.entries(config.commands.aliases), ([word, verb]) => `${inCode(word)} (${verb})`),
    ],
  ];
  return rows.map(([name, words]) => `- ${name}: ${words}`).join('\n');
}

function triggerWords({ triggers: { mention, labels, assignee } }: RepositoryRules): string {
  const ways = ['commands'];
  if (mention) ways.push('a mention');
  if (labels.length > 0) ways.push(`the labels ${listed(labels, inCode)}`);
  if (assignee) ways.push('assigning me');
  return ways.join(', ');
}

function approvalWords(config: RepositoryRules): string {
  const modes = [
    `${approvalFor(config, 'write')} for people with write access`,
    `${approvalFor(config, 'read')} for everybody else`,
    `${approvalFor(config, 'alert')} for alerts`,
  ];
  return `${modes.join(', ')}; those who asked may ${config.approval.self ? '' : 'not '}approve`;
}

/** Which paths are meant. */
export function pathWords({ allow, deny }: PathRules): string {
  const allowed = allow.includes('**') ? 'all' : listed(allow, inCode);
  return deny.length === 0 ? allowed : `${allowed}, but not ${listed(deny, inCode)}`;
}

/** How large one change may be. */
export function changeWords(config: RepositoryRules, server: ServerSettings | undefined): string {
  const files = server === undefined ? config.limits.files : changeLimitsFor(server.change, config).filesMax;
  const bytes = server === undefined ? config.limits.patch_bytes : runLimitsFor(server.limits, config).patchBytesMax;
  return bounds([
    [files, 'files'],
    [config.limits.added_lines, 'added lines'],
    [bytes, 'bytes of patch'],
  ]);
}

function capWords(config: RepositoryRules, server: ServerSettings | undefined): string {
  const { caps } = config;
  const limits = server && runLimitsFor(server.limits, config);
  return bounds([
    [limits?.tokensMax ?? caps.tokens, 'tokens'],
    [limits === undefined ? caps.cost_usd : (limits.costUsdMax ?? undefined), 'US dollars'],
    [limits === undefined ? caps.minutes : Math.round(limits.timeoutMs / MINUTE_MS), 'minutes a run'],
  ]);
}

function bounds(parts: readonly (readonly [number | undefined, string])[]): string {
  const set = parts.flatMap(([most, unit]) => (most === undefined ? [] : [`${most.toLocaleString('en-US')} ${unit}`]));
  return set.length === 0 ? 'the bounds of this installation' : `at most ${set.join(', ')}`;
}

export function modelWords(config: RepositoryRules, server: ServerSettings | undefined): string {
  if (server !== undefined) {
    const choice = chooseModel(server, config);
    if (choice.kind === 'refused') return choice.reason;
    return `${inCode(choice.model)}, of ${listed(choice.models, inCode)}`;
  }
  const model = config.model === undefined ? 'the one of this installation' : inCode(config.model);
  return config.models_allowed === undefined ? model : `${model}, of ${listed(config.models_allowed, inCode)}`;
}

function workspaceWords({ image, setup, egress }: RepositoryRules): string {
  return [
    image === undefined ? 'the image of this installation' : `image ${inCode(image)}`,
    `${setup.length === 0 ? 'no' : setup.length} set-up ${setup.length === 1 ? 'line' : 'lines'}`,
    egress.length === 0 ? 'no network' : `network: ${listed(egress, inCode)}`,
  ].join(', ');
}

function reviewWords({ review }: RepositoryRules): string {
  const when = review.auto ? 'of every change' : 'when asked for';
  return [
    `${when}${review.own_changes ? ' and of my own' : ''}`,
    `paths: ${pathWords(review.paths)}`,
    `at most ${review.files_max} files and ${review.lines_max} lines`,
    `findings from ${review.min_severity} on`,
    review.fail_on === 'never' ? 'never fails' : `fails from ${review.fail_on} on`,
  ].join('; ');
}

function proofWords({ proof: { mode, suite, changed } }: RepositoryRules): string {
  if (mode === 'off') return 'off';
  const commands = [
    ...(suite === undefined ? [] : [`all tests: ${inCode(suite)}`]),
    ...(changed === undefined ? [] : [`changed tests: ${inCode(changed)}`]),
  ];
  return `${mode === 'require' ? 'required' : 'tried'}; ${commands.join('; ')}`;
}

function listed<T>(items: readonly T[], word: (item: T) => string): string {
  if (items.length === 0) return 'none';
  const shown = items.slice(0, SHOWN_MAX).map(word);
  return [...shown, ...(items.length > shown.length ? [`${items.length - shown.length} more`] : [])].join(', ');
}

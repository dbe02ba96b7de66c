import type { CheckView } from '../change/check.ts';
import { faultList, faultMessage, type ConfigFault } from './config-fault.ts';
import { configList } from './config-text.ts';
import type { RepositoryRules } from './repository-rules.ts';

/** The name under which the check of a configuration appears. */
const CONFIG_CHECK_NAME = 'astraforge config';

/** GitHub takes 50 annotations per call (OpenAPI description, `checks/create`). */
const ANNOTATIONS_MAX = 50;

/** What a commit holds: a configuration, or the faults of one. `more`: faults beyond those in the list. */
export type CheckedConfig =
  | { readonly kind: 'config'; readonly config: RepositoryRules; readonly path: string | undefined }
  | { readonly kind: 'faulty'; readonly path: string; readonly faults: readonly ConfigFault[]; readonly more: number };

/** The check run about the configuration in a commit: a pure projection. `now` is ISO 8601. */
export function projectConfigCheck(checked: CheckedConfig, at: { isDefault: boolean; now: string }): CheckView {
  const place = { name: CONFIG_CHECK_NAME, status: 'completed', completedAt: at.now, text: '' } as const;
  if (checked.kind === 'faulty') return { ...place, conclusion: 'failure', ...faultyView(checked, at) };
  const { path, config } = checked;
  const file =
    path === undefined ? 'There is no configuration file in this commit: the defaults hold.' : `\`${path}\`:`;
  const parts = [file, configList(config), counts(at.isDefault)];
  return {
    ...place,
    conclusion: 'success',
    title: path === undefined ? 'There is no configuration' : 'The configuration is right',
    summary: `${parts.join('\n\n')}\n`,
  };
}

function faultyView(
  { path, faults, more }: Extract<CheckedConfig, { kind: 'faulty' }>,
  { isDefault }: { isDefault: boolean },
): Pick<CheckView, 'title' | 'summary' | 'annotations'> {
  const count = faults.length + more;
  const consequence = isDefault
    ? 'I begin no work in this repository until it is mended.'
    : 'Nothing is different until it is on the default branch; there, I would begin no work.';
  return {
    title: `The configuration has ${count === 1 ? 'a mistake' : `${count} mistakes`}`,
    summary: `\`${path}\`:\n\n${faultList(faults, more)}\n\n${consequence}\n`,
    annotations: faults.slice(0, ANNOTATIONS_MAX).map((fault) => ({
      path,
      line: fault.line,
      level: 'failure',
      message: fault.path === '' ? faultMessage(fault.message) : faultMessage(`${fault.path}: ${fault.message}`),
    })),
  };
}

function counts(isDefault: boolean): string {
  return isDefault
    ? 'It counts from now on. The operator can be stricter.'
    : 'It counts once it is on the default branch. The operator can be stricter.';
}

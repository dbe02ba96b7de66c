import { faultsOfIssues, issueWords } from '../../contracts/repository-config-faults.ts';
import { RepositoryConfig } from '../../contracts/repository-config.ts';
import type { ConfigFault } from '../../domain/rules/config-fault.ts';
import type { ParseYaml, YamlPath } from '../../ports/parse-yaml.ts';

/** What a configuration's text says, or its faults: the first fifty, and how many `more` there are. */
export type JudgedConfig =
  | { readonly kind: 'config'; readonly config: RepositoryConfig }
  | { readonly kind: 'faulty'; readonly faults: readonly ConfigFault[]; readonly more: number };

/** GitHub takes 50 annotations per call (OpenAPI description, `checks/create`); nobody reads more than that anyway. */
const FAULTS_MAX = 50;

/** Reads the text of a repository's configuration. An empty one means the defaults. Faults are in the order of lines. */
export function judgeConfig(parseYaml: ParseYaml, text: string): JudgedConfig {
  const parsed = parseYaml(text);
  if (parsed.kind === 'faulty') return faulty(parsed.faults.map((fault) => ({ path: '', ...fault })));
  const judged = RepositoryConfig.safeParse(parsed.value ?? {}, { error: issueWords });
  if (judged.success) return { kind: 'config', config: judged.data };
  const found = faultsOfIssues(judged.error.issues.slice(0, FAULTS_MAX), RepositoryConfig);
  const unread = Math.max(0, judged.error.issues.length - FAULTS_MAX);
  // Looking for a line walks the document, so only what is shown is looked for.
  const faults = found.slice(0, FAULTS_MAX).map(({ path, message }) => {
    return { path: pathText(path), line: parsed.lineOf(path), message };
  });
  return faulty(faults, found.length - faults.length + unread);
}

function faulty(faults: readonly ConfigFault[], more = 0): JudgedConfig {
  const shown = faults.toSorted((a, b) => a.line - b.line).slice(0, FAULTS_MAX);
  return { kind: 'faulty', faults: shown, more: more + faults.length - shown.length };
}

/** E.g. `egress[0]` or `review.paths.allow[2]`. */
function pathText(path: YamlPath): string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

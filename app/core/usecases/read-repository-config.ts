import {
  REPOSITORY_CONFIG_BYTES_MAX,
  REPOSITORY_CONFIG_PATH,
  RepositoryConfig,
} from '../contracts/repository-config.ts';
import { AppError } from '../domain/errors.ts';
import type { RepoRef } from '../domain/repo.ts';
import { cutBytes } from '../domain/text-limit.ts';
import type { FileReader } from '../ports/vcs.ts';

/** What reading needs. `parseYaml` gives the value of a YAML document and throws an Error that names every fault of it. */
export interface ReadRepositoryConfigDeps {
  readonly host: FileReader;
  readonly parseYaml: (text: string) => unknown;
}

/** A repository's configuration, or every fault of it, in words to show. */
export type ReadRepositoryConfig =
  | { readonly kind: 'config'; readonly config: RepositoryConfig }
  | { readonly kind: 'faulty'; readonly message: string };

const FAULTS_SHOWN_MAX = 30;
const FAULT_BYTES_MAX = 300;

/**
 * Reads `.astraforge.yml` of the default branch as it is now, whatever branch the work is on, so that nobody who can
 * only propose a change decides about workspaces. No file, or an empty one, means the defaults.
 * @throws AppError as the host, when it cannot be asked.
 */
export async function readRepositoryConfig(
  deps: ReadRepositoryConfigDeps,
  repo: RepoRef,
): Promise<ReadRepositoryConfig> {
  try {
    const text = await deps.host.readDefaultBranchFile(repo, REPOSITORY_CONFIG_PATH, REPOSITORY_CONFIG_BYTES_MAX);
    return judge(parse(deps, text ?? ''));
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'invalid') return faulty([thrown.message]);
    throw thrown;
  }
}

function parse(deps: ReadRepositoryConfigDeps, text: string): unknown {
  try {
    return deps.parseYaml(text) ?? {};
  } catch (cause) {
    throw new AppError('invalid', cause instanceof Error ? cause.message : 'it is not YAML', { cause });
  }
}

function judge(value: unknown): ReadRepositoryConfig {
  const parsed = RepositoryConfig.safeParse(value);
  return parsed.success ? { kind: 'config', config: parsed.data } : faulty(parsed.error.issues.map(faultOf));
}

/** E.g. `egress[0]: must be a host name such as …`. */
function faultOf({ path, message }: { path: readonly PropertyKey[]; message: string }): string {
  const place = path.map((part, at) =>
    typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part)}`,
  );
  return place.length === 0 ? message : `\`${place.join('')}\`: ${message}`;
}

function faulty(faults: readonly string[]): ReadRepositoryConfig {
  const lines = faults.flatMap((fault) => fault.split('\n')).filter((line) => line.trim() !== '');
  const shown = lines.slice(0, FAULTS_SHOWN_MAX).map((line) => `- ${cutBytes(line, FAULT_BYTES_MAX)}`);
  const more = lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : [];
  const heading = `\`${REPOSITORY_CONFIG_PATH}\` on the default branch is wrong, so no workspace was made:`;
  return { kind: 'faulty', message: [heading, '', ...shown, ...more].join('\n') };
}

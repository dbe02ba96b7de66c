import {
  FORMER_CONFIG_PATH,
  REPOSITORY_CONFIG_BYTES_MAX,
  REPOSITORY_CONFIG_PATHS,
} from '../../contracts/repository-config.ts';
import type { RepositoryConfig } from '../../contracts/repository-config.ts';
import { faultList, type ConfigFault } from '../../domain/rules/config-fault.ts';
import { AppError } from '../../domain/errors.ts';
import type { Provider, RepoRef } from '../../domain/host/repo.ts';
import type { ParseYaml } from '../../ports/parse-yaml.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { FileReader } from '../../ports/host/vcs.ts';
import { judgeConfig } from './judge-config.ts';

/** What reading needs. */
export interface ReadRepositoryConfigDeps {
  readonly host: FileReader;
  readonly parseYaml: ParseYaml;
  readonly runtime: Pick<Runtime, 'sha256'>;
}

/** A repository's configuration, or every fault of it. */
export type ReadRepositoryConfig =
  | {
      readonly kind: 'config';
      readonly config: RepositoryConfig;
      /** SHA-256 of the file's path and text, lower-case hex; `none` without a file. Approvals are bound to it. */
      readonly version: string;
      /** Where it was found; undefined: nowhere, the defaults hold. */
      readonly path: string | undefined;
    }
  | FaultyConfig;

/** What is wrong with a configuration. `more`: faults beyond those in the list. */
export interface FaultyConfig {
  readonly kind: 'faulty';
  /** The file the faults are in. */
  readonly path: string;
  readonly faults: readonly ConfigFault[];
  readonly more: number;
  /** All of it in words to show. */
  readonly message: string;
}

/** The version of a configuration when there is no file. */
const NO_VERSION = 'none';

/**
 * Reads the configuration of the default branch as it is now, whatever branch the work is on, so that nobody who can only
 * propose a change decides about it. No file, or an empty one, means the defaults.
 * @throws AppError as the host, when it cannot be asked.
 */
export async function readRepositoryConfig(
  deps: ReadRepositoryConfigDeps,
  repo: RepoRef,
): Promise<ReadRepositoryConfig> {
  return await readConfigBy(deps, repo.provider, (path) =>
    deps.host.readDefaultBranchFile(repo, path, REPOSITORY_CONFIG_BYTES_MAX),
  );
}

/**
 * Reads the configuration by a function that gives the text of a file, wherever that is from.
 * @throws AppError as that function, except `invalid`, which is a fault of the file.
 */
export async function readConfigBy(
  deps: Pick<ReadRepositoryConfigDeps, 'parseYaml' | 'runtime'>,
  provider: Provider,
  readFile: (path: string) => Promise<string | undefined>,
): Promise<ReadRepositoryConfig> {
  const path = REPOSITORY_CONFIG_PATHS[provider];
  // The former place first: while a commit moves the file, both are seen, never none, which would mean no rules.
  const former = await textAt(FORMER_CONFIG_PATH, readFile);
  const current = await textAt(path, readFile);
  const isDouble = former !== undefined && current !== undefined;
  if (isDouble && (await textAt(FORMER_CONFIG_PATH, readFile)) !== undefined) {
    const message = `\`${path}\` is there as well, and only one of them can count; delete this one`;
    return faultyConfig(FORMER_CONFIG_PATH, [{ path: '', line: 1, message }]);
  }
  const found = current ?? former;
  if (found === undefined) return configOf(deps, { path: undefined, text: '' });
  const at = current === undefined ? FORMER_CONFIG_PATH : path;
  if (found.kind === 'unreadable') return faultyConfig(at, [{ path: '', line: 1, message: found.message }]);
  return configOf(deps, { path: at, text: found.text });
}

type FileText =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly message: string };

async function textAt(
  path: string,
  readFile: (path: string) => Promise<string | undefined>,
): Promise<FileText | undefined> {
  try {
    const text = await readFile(path);
    return text === undefined ? undefined : { kind: 'text', text };
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'invalid') return { kind: 'unreadable', message: thrown.message };
    throw thrown;
  }
}

function configOf(
  { parseYaml, runtime }: Pick<ReadRepositoryConfigDeps, 'parseYaml' | 'runtime'>,
  { path, text }: { path: string | undefined; text: string },
): ReadRepositoryConfig {
  const judged = judgeConfig(parseYaml, text);
  if (judged.kind === 'faulty') return faultyConfig(path ?? '', judged.faults, judged.more);
  const version = path === undefined ? NO_VERSION : runtime.sha256(`${path}\n${text}`);
  return { kind: 'config', config: judged.config, version, path };
}

function faultyConfig(path: string, faults: readonly ConfigFault[], more = 0): FaultyConfig {
  const heading = `\`${path}\` on the default branch is wrong, so nothing was begun:`;
  return { kind: 'faulty', path, faults, more, message: `${heading}\n\n${faultList(faults, more)}` };
}

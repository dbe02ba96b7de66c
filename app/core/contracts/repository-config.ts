import { z } from 'zod';
import type { Provider } from '../domain/host/repo.ts';
import type { RepositoryRules } from '../domain/rules/repository-rules.ts';
import { Approval, Commands, RunBy, Triggers } from './repository-config-asking.ts';
import { Caps, Limits, Review } from './repository-config-bounds.ts';
import { ProofConfig } from './repository-config-proof.ts';
import { EgressHost, ModelName, PathFilter } from './repository-config-values.ts';

/** Where a repository says how work in it is to be done; only the default branch counts. */
export const REPOSITORY_CONFIG_PATHS: Readonly<Record<Provider, string>> = {
  github: '.github/astraforge.yml',
  gitlab: '.gitlab/astraforge.yml',
  git: '.config/astraforge.yml',
};
/** Where the file was before; it counts while there is none at the new place. */
export const FORMER_CONFIG_PATH = '.astraforge.yml';
/** A longer file is refused. */
export const REPOSITORY_CONFIG_BYTES_MAX = 64 * 1024;

const COMMANDS_MAX = 20;
const HOSTS_MAX = 100;
const MODELS_MAX = 20;

/**
 * What a repository may decide about work in it; guide: docs/guides/repository-config.md. Unknown keys are an error, so
 * that a typing mistake shows. Nothing here widens what the operator allows.
 */
export const RepositoryConfig = z
  .strictObject({
    image: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Container image, made from the workspace image of AstraForge; the operator has to allow it'),
    setup: z
      .array(z.string().min(1).max(4_000))
      .max(COMMANDS_MAX)
      .default([])
      .describe('Shell lines that make a checkout ready to work in'),
    setup_files: z
      .array(z.string().min(1).max(500))
      .max(COMMANDS_MAX)
      .default([])
      .describe('Files whose content decides whether the result of `setup` can be used again'),
    egress: z
      .array(EgressHost)
      .max(HOSTS_MAX)
      .default([])
      .describe('Hosts that workspaces may reach. `*.` stands for everything below a name'),
    triggers: Triggers.prefault({}).describe('What begins work besides a command'),
    run_by: RunBy.default('write').describe('Least role that may begin a run. Default: write'),
    approval: Approval.prefault({}).describe('What has to be approved before work goes on'),
    paths: PathFilter.prefault({}).describe('Paths that a change may touch. Default: all'),
    limits: Limits.prefault({}).describe('Bounds of one change; only ever stricter than those of the operator'),
    model: ModelName.optional().describe('Model to use, one that the operator allows'),
    models_allowed: z
      .array(ModelName)
      .min(1)
      .max(MODELS_MAX)
      .optional()
      .describe('Models that may be asked for, of those that the operator allows. Default: all of those'),
    caps: Caps.prefault({}).describe('What one request may use; only ever stricter than what the operator set'),
    review: Review.prefault({}).describe('When and how pull requests are reviewed'),
    proof: ProofConfig.prefault('off').describe(
      'Whether changes are proven by their tests: a word, or `mode` with the commands. Default: off',
    ),
    commands: Commands.prefault({}).describe('Own words for commands'),
  })
  .refine(({ model, models_allowed: listed }) => model === undefined || (listed?.includes(model) ?? true), {
    path: ['model'],
    error: 'must be one of `models_allowed`',
  }) satisfies z.ZodType<RepositoryRules>;
export type RepositoryConfig = z.infer<typeof RepositoryConfig>;

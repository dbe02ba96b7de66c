import { z } from 'zod';
import { FILES_PLACE, PROOF_MODES, TEST_PATHS, type ProofRules } from '../domain/rules/proof-rules.ts';
import { Glob, GLOBS_MAX } from './repository-config-values.ts';

const COMMAND_CHARS_MAX = 4_000;

const Mode = z.enum(PROOF_MODES);
const Command = z.string().trim().min(1).max(COMMAND_CHARS_MAX);

const ProofByKeys = z.strictObject({
  mode: Mode.default('off').describe(
    'Whether changes are proven by their tests. `require`: an unproven one is a draft. Default: off',
  ),
  suite: Command.optional().describe('Shell line that runs all tests; it may not begin to fail'),
  changed: Command.regex(/\{files\}/, { error: `must have \`${FILES_PLACE}\`, where the changed test files are put` })
    .optional()
    .describe('Shell line that runs the changed test files, put where `{files}` is. Default: `suite`'),
  paths: z
    .array(Glob)
    .min(1)
    .max(GLOBS_MAX)
    .default([...TEST_PATHS])
    .describe('Globs of what belongs to tests. Default: usual folders and names'),
  files: z
    .array(Glob)
    .min(1)
    .max(GLOBS_MAX)
    .optional()
    .describe('Globs of those that `changed` can run. Default: usual names, or all of `paths` where none has one'),
});

/** One word for the mode, or all keys. */
export const ProofConfig = z
  .union([Mode.transform((mode): z.output<typeof ProofByKeys> => ({ mode, paths: [...TEST_PATHS] })), ProofByKeys])
  .refine(({ mode, suite, changed }) => mode === 'off' || suite !== undefined || changed !== undefined, {
    error: 'needs `suite` or `changed`: a command that runs tests, such as `suite: npm test`',
  }) satisfies z.ZodType<ProofRules>;

import { z } from 'zod';
import { SEVERITIES } from '../domain/rules/repository-rules.ts';
import { Count, PathFilter } from './repository-config-values.ts';

const MINUTES_MAX = 24 * 60;

/** Bounds of one change. */
export const Limits = z.strictObject({
  files: Count.optional().describe('Most files one change may touch. Default: what the operator set'),
  added_lines: Count.optional().describe('Most lines one change may add. Default: no bound'),
  patch_bytes: Count.optional().describe('Largest patch, in bytes. Default: what the operator set'),
});

/** What one request may use. */
export const Caps = z.strictObject({
  tokens: Count.optional().describe('Most tokens of one request, over all its tries. Default: what the operator set'),
  cost_usd: z.number().positive().optional().describe('Most US dollars of one request. Default: what the operator set'),
  minutes: Count.max(MINUTES_MAX)
    .optional()
    .describe('Longest time one run may work, in minutes. Default: what the operator set'),
});

const FILES_MAX = 100;
const LINES_MAX = 5_000;

/** When and how pull requests are reviewed. */
export const Review = z.strictObject({
  auto: z.boolean().default(false).describe('Whether pull requests are reviewed without being asked. Default: false'),
  own_changes: z
    .boolean()
    .default(true)
    .describe('Whether `auto` holds for pull requests of the bot as well, before people look at them. Default: true'),
  paths: PathFilter.prefault({}).describe('Paths that are reviewed. Default: all'),
  files_max: Count.default(FILES_MAX).describe(`Most files of a pull request that is reviewed. Default: ${FILES_MAX}`),
  lines_max: Count.default(LINES_MAX).describe(
    `Most changed lines of a pull request that is reviewed. Default: ${LINES_MAX}`,
  ),
  min_severity: z.enum(SEVERITIES).default('minor').describe('Least severity that is told. Default: minor'),
  fail_on: z
    .enum([...SEVERITIES, 'never'])
    .default('critical')
    .describe('Least severity that fails the check of the review. Default: critical'),
});

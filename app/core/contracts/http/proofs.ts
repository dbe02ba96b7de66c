import { z } from 'zod';

/** How a command of a proof ended. */
const End = z
  .object({
    kind: z.enum(['passed', 'failed', 'unrun', 'timed-out', 'too-much-output', 'broken']),
    exit_code: z.number().int().nullable(),
    words: z.string().describe('The same in words'),
  })
  .meta({ id: 'ProofEnd' });

/** What was found when it was tried to prove a change by its tests. */
export const RunProof = z
  .object({
    mode: z.enum(['try', 'require']).describe('What the repository wanted'),
    verdict: z.enum(['proven', 'unproven']),
    reasons: z.array(z.string()).describe('Why it is not proven; empty when it is'),
    rows: z.array(
      z.object({
        what: z.enum(['changed', 'suite']).describe('The changed tests, or the whole suite'),
        command: z.string(),
        base: End,
        head: End,
        as_expected: z.boolean(),
      }),
    ),
    tests: z.array(z.string()).describe('Changed test files, the first fifty'),
  })
  .meta({ id: 'RunProof' });
export type RunProof = z.infer<typeof RunProof>;

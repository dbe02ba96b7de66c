import { z } from 'zod';
import type { Proof } from '#core/domain/run/proof.ts';

const End = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('passed') }),
  z.object({ kind: z.enum(['failed', 'unrun']), exitCode: z.number() }),
  z.object({ kind: z.enum(['timed-out', 'too-much-output']) }),
  z.object({ kind: z.literal('broken'), why: z.string() }),
]);

/** A proof as the `proof` column of a run holds it. */
export const StoredProof = z.object({
  mode: z.enum(['try', 'require']),
  verdict: z.enum(['proven', 'unproven']),
  reasons: z.array(z.string()),
  rows: z.array(
    z.object({
      what: z.enum(['changed', 'suite']),
      command: z.string(),
      base: End,
      head: End,
      asExpected: z.boolean(),
    }),
  ),
  tests: z.array(z.string()),
  policyVersion: z.string(),
}) satisfies z.ZodType<Proof>;

import { z } from 'zod';

const Line = z.coerce.number().int().min(1).nullish();
const End = z.strictObject({
  line_code: z.string().optional(),
  type: z.string().nullish(),
  old_line: Line,
  new_line: Line,
});

/**
 * Where a diff note hangs, as it is sent and as it is given back:
 * https://docs.gitlab.com/api/discussions/#create-new-merge-request-thread. Images are not modelled.
 */
export const Position = z.strictObject({
  base_sha: z.string(),
  start_sha: z.string(),
  head_sha: z.string(),
  position_type: z.enum(['text', 'file']),
  old_path: z.string().optional(),
  new_path: z.string().optional(),
  old_line: Line,
  new_line: Line,
  line_range: z.strictObject({ start: End.optional(), end: End.optional() }).nullish(),
});
export type Position = z.infer<typeof Position>;

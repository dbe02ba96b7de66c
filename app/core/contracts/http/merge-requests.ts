import { z } from 'zod';

/** A pull or merge request that a run opened. */
export const MergeRequestSummary = z
  .object({
    id: z.uuid().describe('The request whose change it is'),
    request_id: z.uuid(),
    request_title: z.string(),
    run_id: z.uuid(),
    title: z.string(),
    description: z.string(),
    target_branch: z.string(),
    source_branch: z.string(),
    status: z.enum(['OPEN', 'MERGED', 'CLOSED']),
    ref: z.string().describe('Its address on the host'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'MergeRequestSummary' });
export type MergeRequestSummary = z.infer<typeof MergeRequestSummary>;

/** A pull or merge request with its diff. */
export const MergeRequestDetail = MergeRequestSummary.extend({ diff: z.string() }).meta({ id: 'MergeRequest' });
export type MergeRequestDetail = z.infer<typeof MergeRequestDetail>;

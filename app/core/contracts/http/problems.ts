import { z } from 'zod';

/** Whatever went wrong, in words for people. */
export const Problem = z.object({ detail: z.string() }).meta({ id: 'Problem' });

/** What is wrong with the fields of a call, by field; `non_field_errors` for what is about several. */
export const FieldErrors = z.record(z.string(), z.array(z.string())).meta({ id: 'FieldErrors' });
export type FieldErrors = z.infer<typeof FieldErrors>;

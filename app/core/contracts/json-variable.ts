import { z } from 'zod';

/** A variable that holds JSON, of whose value nothing is ever shown: it may hold secrets. */
export const jsonVariable = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'it is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

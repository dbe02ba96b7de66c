import type { z } from 'zod';

const ERRORS_MAX = 8;

/** What of a value departs from a shape, one line each; empty when it fits. */
export function problemsOf(shape: z.ZodType, value: unknown): string[] {
  const result = shape.safeParse(value);
  if (result.success) return [];
  return result.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).slice(0, ERRORS_MAX);
}

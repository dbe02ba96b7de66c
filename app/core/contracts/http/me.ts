import { z } from 'zod';
import { ACTIONS, USER_ROLES } from '../../domain/rules/access.ts';

/** Who calls, and what they may do. */
export const Me = z
  .object({
    kind: z.enum(['api-key', 'user']),
    name: z.string(),
    tenant: z.object({ id: z.string(), name: z.string() }),
    role: z.enum(USER_ROLES).nullable().describe('Null for a key'),
    actions: z.array(z.enum(ACTIONS)),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

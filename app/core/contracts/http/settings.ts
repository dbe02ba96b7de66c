import { z } from 'zod';

/** How the installation is set up, and whether what it needs answers. Nothing secret. */
export const Settings = z
  .object({
    version: z.string(),
    variables: z.array(
      z.object({
        name: z.string(),
        value: z.string().nullable().describe('Null for a secret and for what is not set'),
        is_secret: z.boolean(),
        is_set: z.boolean().describe('False: the default holds'),
        description: z.string(),
      }),
    ),
    health: z.array(
      z.object({
        name: z.enum(['postgres', 'queue', 'workspaces', 'github', 'gitlab', 'git', 'model']),
        state: z.enum(['up', 'down', 'off']).describe('`off`: not configured'),
        detail: z.string().nullable(),
        latency_ms: z.number().nullable(),
        checked_at: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'Settings' });
export type Settings = z.infer<typeof Settings>;

import { z } from 'zod';

const time = z.iso.datetime();

/** A long-lived workspace that a client opened. */
export const SandboxSession = z
  .object({
    id: z.uuid(),
    mode: z.enum(['docker', 'k8s', 'local']),
    image: z.string(),
    cpu: z.string(),
    memory: z.string(),
    status: z.enum(['starting', 'ready', 'failed', 'terminated']),
    owner: z.string().describe('Who opened it, for people to read'),
    idle_timeout_sec: z.int(),
    max_lifetime_sec: z.int(),
    last_activity_at: time.nullable(),
    expires_at: time.nullable(),
    error_message: z.string(),
    metadata: z.object({ terminated_reason: z.string().optional() }),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'SandboxSession' });
export type SandboxSession = z.infer<typeof SandboxSession>;

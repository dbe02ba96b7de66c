import { z } from 'zod';
import { SCOPES } from '../../domain/rules/access.ts';

const time = z.iso.datetime();
const LIFE_DAYS_MAX = 3_650;

/** What a new key is to be. */
export const NewApiKey = z
  .object({
    name: z.string().trim().min(1).max(255),
    scopes: z.array(z.enum(SCOPES)).min(1).default(['read', 'run', 'sandbox']).describe('What it may be used for'),
    expires_in_days: z.int().min(1).max(LIFE_DAYS_MAX).optional().describe('Left out: it does not expire'),
  })
  .meta({ id: 'NewApiKey' });
export type NewApiKey = z.infer<typeof NewApiKey>;

/** A key without what would let anybody use it. */
export const ApiKeyView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    preview: z.string().describe('Its first characters'),
    owner: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    created_at: time,
    last_used_at: time.nullable(),
    expires_at: time.nullable(),
    is_active: z.boolean(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.infer<typeof ApiKeyView>;

/** A key that was just made; the only time that `key` is seen. */
export const MadeApiKey = ApiKeyView.extend({ key: z.string() }).meta({ id: 'MadeApiKey' });
export type MadeApiKey = z.infer<typeof MadeApiKey>;

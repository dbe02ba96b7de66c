import { z } from 'zod';
import type { SignInLinks } from '#core/ports/access/user-sessions.ts';
import type { Database } from '../database/database.ts';

const PUT = `
  insert into sign_in_link (tenant_id, token_hash, expires_at) values ($1, $2, now() + make_interval(secs => $3::float8))
  on conflict (tenant_id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`;
const TAKE = 'delete from sign_in_link where token_hash = $1 and expires_at > now() returning tenant_id';

const TenantRow = z.object({ tenant_id: z.string() });

/** Sign-in links on a database. */
export function openSignInLinks({ rows }: Database): SignInLinks {
  return {
    async put(tenantId, hash, lifeSec) {
      await rows(z.unknown(), { action: 'Keeping a sign-in link', text: PUT, values: [tenantId, hash, lifeSec] });
    },
    async take(hash) {
      const [taken] = await rows(TenantRow, { action: 'Using a sign-in link', text: TAKE, values: [hash] });
      return taken?.tenant_id;
    },
  };
}

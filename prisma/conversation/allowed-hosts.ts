import { z } from 'zod';
import type { Conversations } from '#core/ports/conversations.ts';
import type { Database } from '../database/database.ts';

const ALLOW = `
  insert into allowed_host (delivery_id, provider, repo_id, request_id, host, actor_id, actor_login)
  values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning host`;

const ALLOWED = `
  select distinct host from allowed_host
  where provider = $1 and repo_id = $2 and (request_id is null or request_id = $3) order by host`;

const HostRow = z.object({ host: z.string() });

/** The part of {@link Conversations} that is about hosts which people allowed by a comment. */
export function openAllowedHosts({ rows }: Database): Pick<Conversations, 'allowHost' | 'allowedHosts'> {
  return {
    async allowHost({ repo, requestId, host, by, deliveryId }) {
      const values = [deliveryId, repo.provider, repo.id, requestId, host, by.id, by.login];
      await rows(HostRow, { action: 'Allowing a host', text: ALLOW, values });
    },
    async allowedHosts({ id, repo }) {
      const values = [repo.provider, repo.id, id];
      const found = await rows(HostRow, { action: 'Reading allowed hosts', text: ALLOWED, values });
      return found.map(({ host }) => host);
    },
  };
}

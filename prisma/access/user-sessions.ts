import { z } from 'zod';
import { USER_ROLES } from '#core/domain/rules/access.ts';
import type { UserSessions } from '#core/ports/access/user-sessions.ts';
import type { Database } from '../database/database.ts';

const OPEN = `
  with over as (delete from user_session where expires_at <= now())
  insert into user_session (id, token_hash, tenant_id, issuer, subject, sid, name, role, expires_at)
  select $1::uuid, $2::text, id, $4::text, $5::text, $6::text, $7::text, $8::text, now() + make_interval(secs => $9::float8)
  from tenant where id = $3::text
  returning id`;

/** A session in steady use must not cost a write per call. */
const USE = `
  with usable as (
    select id, tenant_id, name, role, issuer, subject, seen_at from user_session
    where token_hash = $1 and issuer is not distinct from $2::text
      and expires_at > now() and seen_at > now() - make_interval(secs => $3::float8)
  ), noted as (
    update user_session set seen_at = now() from usable
    where user_session.id = usable.id
      and usable.seen_at < now() - least(interval '1 minute', make_interval(secs => $3::float8) / 4)
  )
  select id, tenant_id, name, role, issuer, subject from usable`;

const OBEY = `
  with over as (
    delete from logout_notice where expires_at <= now()
  ), fresh as (
    insert into logout_notice (issuer, jti, expires_at) values ($1, $2, now() + make_interval(secs => $3::float8))
    on conflict do nothing
    returning jti
  ), ended as (
    delete from user_session
    where exists (select from fresh) and issuer = $1
      and ($4::text is not null or $5::text is not null)
      and ($4::text is null or subject = $4::text)
      and ($5::text is null or sid = $5::text or (sid is null and subject = $4::text))
  )
  select jti from fresh`;

const IdRow = z.object({ id: z.string() });
const NoticeRow = z.object({ jti: z.string() });
const SessionRow = z
  .object({
    id: z.string(),
    tenant_id: z.string(),
    name: z.string(),
    role: z.enum(USER_ROLES),
    issuer: z.string().nullable(),
    subject: z.string(),
  })
  .transform(({ tenant_id: tenantId, ...session }) => ({ ...session, tenantId }));

/** Sessions of people on a database. */
export function openUserSessions({ rows }: Database): UserSessions {
  return {
    async open(session, hash, lifeSec) {
      const { id, tenantId, issuer, subject, sid, name, role } = session;
      const values = [id, hash, tenantId, issuer, subject, sid, name, role, lifeSec];
      return (await rows(IdRow, { action: 'Beginning a session', text: OPEN, values })).length > 0;
    },
    async use(hash, { issuer, idleSec }) {
      const [found] = await rows(SessionRow, {
        action: 'Looking a session up',
        text: USE,
        values: [hash, issuer, idleSec],
      });
      return found;
    },
    async close(hash) {
      const text = 'delete from user_session where token_hash = $1';
      await rows(IdRow, { action: 'Ending a session', text, values: [hash] });
    },
    async obey({ issuer, jti, subject, sid }, keepSec) {
      const values = [issuer, jti, keepSec, subject, sid];
      const fresh = await rows(NoticeRow, { action: 'Obeying a logout', text: OBEY, values });
      return fresh.length > 0 ? 'obeyed' : 'repeated';
    },
  };
}

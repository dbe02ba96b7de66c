import { PglitePool } from '../../prisma/database/pglite-pool.ts';
import type { OpenedStore } from '../../prisma/store.ts';

const EMPTY =
  "truncate public.alert, public.incident, public.incident_key, public.incident_flow, public.process_note, public.repository_link, public.attachment, public.idempotent_call, public.user_session, public.sign_in_link, public.logout_notice, public.api_key, public.tenant_repository, public.heard, public.listening, public.listened, public.write_budget, public.healing, public.missed_delivery, public.allowed_host, public.approval, public.message, public.outbox, public.effect, public.run_log, public.run_result, public.model_call, public.run, public.request, public.delivery; delete from public.tenant where id <> 'default'";

/** Forgets everything in an opened store's tables. */
export async function emptyStore({ queuePool }: OpenedStore): Promise<void> {
  if (queuePool instanceof PglitePool) await queuePool.query(EMPTY);
  else await queuePool.query(EMPTY);
}

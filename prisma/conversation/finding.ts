import { z } from 'zod';
import type { Conversations, Proposed, Standing } from '#core/ports/conversations.ts';
import type { Database } from '../database/database.ts';
import { IN_THREAD } from '../run/run-cancel.ts';
import { openRunReads } from '../run/run-reads.ts';

/** A review is no conversation: what people say after it is about the pull request and not to the reviewer. */
const FIND = `
  select request.id from request
  where ${IN_THREAD} and ($5 = 'any' or (request.ended is null and exists (
    select from run as begun where begun.request_id = request.id and coalesce(begun.task->>'kind', 'change') <> 'review')))
  order by request.created_at desc, request.id desc limit 1`;

const FIND_BY_KEY = `
  select id from request where id = $1::uuid
  union all select request_id from run where id = $1::uuid
  limit 1`;

const FIND_BY_COMMENT = `
  select request.id from effect join request on request.id = effect.subject_id
  where effect.kind = 'comment' and effect.external_id = $2 and request.provider = $1 limit 1`;

const FIND_BY_COMMIT = `
  select request.id from request join run on run.request_id = request.id
  where request.provider = $1 and request.repo_id = $2 and coalesce(run.task->'base'->>'sha', request.base_sha) = $3
  order by run.created_at desc, run.id desc limit 1`;

/** $1 provider, $2 repository, $3 kind, $4 number of a thread. */
const PROPOSED = `
  select request.id, (
    select opened.change from run as opened where opened.request_id = request.id and opened.change is not null
    order by opened.created_at desc, opened.id desc limit 1) as change
  from request
  where request.provider = $1 and request.repo_id = $2 and case when $3 = 'pull'
    then exists (
      select from run as opened where opened.request_id = request.id and (opened.change->>'number')::integer = $4)
    else request.thread_kind = $3 and request.thread_number = $4
      and exists (select from run as opened where opened.request_id = request.id and opened.change is not null)
      and not exists (select from run as taking where taking.request_id = request.id and taking.task->>'kind' = 'revert')
    end
  order by request.created_at desc, request.id desc limit 20`;

const ProposedRow = z.object({ id: z.string(), change: z.object({ number: z.number(), url: z.string() }) });
const IdRow = z.object({ id: z.string() });

/** The part of {@link Conversations} that finds a request by what is known of it. */
export function openFinding(database: Database): Pick<Conversations, 'find' | 'findByKey' | 'proposed'> {
  const { readRequest } = openRunReads(database);
  const standing = async (text: string, values: unknown[]): Promise<Standing | undefined> => {
    const [row] = await database.rows(IdRow, { action: 'Finding a request', text, values });
    return row === undefined ? undefined : readRequest(row.id);
  };
  return {
    find: ({ provider, repoId, kind, number }, which) => standing(FIND, [provider, repoId, kind, number, which]),
    async proposed({ provider, repoId, kind, number }) {
      const values = [provider, repoId, kind, number];
      const found = await database.rows(ProposedRow, { action: 'Finding changes', text: PROPOSED, values });
      const proposed: Proposed[] = [];
      for (const { id, change } of found) {
        const read = await readRequest(id);
        if (read !== undefined) proposed.push({ request: read.request, change });
      }
      return proposed;
    },
    async findByKey(by) {
      if ('commentId' in by) return standing(FIND_BY_COMMENT, [by.provider, by.commentId]);
      if ('sha' in by) return standing(FIND_BY_COMMIT, [by.provider, by.repoId, by.sha]);
      return z.uuid().safeParse(by.key).success ? standing(FIND_BY_KEY, [by.key]) : undefined;
    },
  };
}

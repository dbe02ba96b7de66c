import { z } from 'zod';
import { PROVIDERS } from '../../domain/host/repo.ts';
import { RUN_STATUSES } from '../../domain/run/run.ts';
import { RunLogEvent } from '../run-log.ts';
import { RunProof } from './proofs.ts';

/** Where a run stands, in the words existing clients of the API know. */
export const RunStatusWord = z.enum(['running', 'completed', 'failed', 'unknown']);

/** Where a run stands, in our own words. */
export const RunState = z.enum(RUN_STATUSES).meta({ id: 'RunState' });

const time = z.iso.datetime();
/** Longer than any path of a project on either host. */
const NAME_MAX = 1_000;

/** The repository a run works on. */
const Repository = z
  .object({
    provider: z.enum(PROVIDERS),
    id: z.number().describe("The host's number of the repository"),
    full_name: z.string(),
  })
  .meta({ id: 'Repository' });

/** One execution of a request, as lists show it. */
export const RunSummary = z
  .object({
    id: z.uuid(),
    request_id: z.uuid(),
    request_title: z.string(),
    status: RunStatusWord,
    state: RunState,
    kind: z.enum(['change', 'fix', 'review', 'revert']),
    repository: Repository,
    requester: z.object({ id: z.number(), login: z.string() }),
    thread: z
      .object({ kind: z.enum(['issue', 'pull']), number: z.number(), title: z.string() })
      .nullable()
      .describe('Where it was asked; null: through the API'),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
    diff_size: z.number().int().describe('Bytes of the diff'),
    cost_usd: z.number().nullable(),
    tokens: z.object({ input: z.number(), cached_input: z.number(), output: z.number(), reasoning: z.number() }),
    change: z.object({ number: z.number(), url: z.string() }).nullable(),
    failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'RunSummary' });
export type RunSummary = z.infer<typeof RunSummary>;

/** One execution of a request as a whole. */
export const RunDetail = RunSummary.extend({
  events: z.array(RunLogEvent).describe('The newest events of its log, oldest first'),
  events_omitted: z.number().int().describe('Older events that were left out; the stream has all'),
  log_deleted_at: time.nullable().describe('When its log was deleted because of its age; null while it is kept'),
  diff: z.string(),
  reports: z.record(z.string(), z.unknown()),
  artifacts: z.object({
    branch: z.string().optional(),
    commit: z.string().optional().describe('What the branch was put at'),
    final_message: z.string().optional(),
    saved_branch: z.string().optional(),
  }),
  plan: z.string().nullable(),
  approval: z
    .object({
      needed: z.enum(['none', 'plan', 'publish']),
      awaiting: z.enum(['plan', 'publish']).nullable(),
      approved_by: z.string().nullable(),
      approved_at: time.nullable(),
    })
    .describe('What people have to agree to, and who did'),
  proof: RunProof.nullable().describe(
    'Whether its tests fail without the change and pass with it; null where the repository does not ask, or not yet',
  ),
  commands: z.array(z.object({ command: z.string(), exit_code: z.number().nullable() })),
  blocked: z.record(z.string(), z.number()).describe('Hosts the workspace was not let reach, by how often'),
  error: z.string().optional(),
}).meta({ id: 'Run' });
export type RunDetail = z.infer<typeof RunDetail>;

/** Which runs to list. */
export const RunQuery = z.object({
  request_id: z.uuid().optional(),
  provider: z
    .enum(PROVIDERS)
    .optional()
    .describe('Host of repository and requester; needed with `repository_id` and `requester_id`'),
  repository_id: z.coerce.number().int().positive().optional(),
  requester_id: z.coerce.number().int().positive().optional(),
  repository: z
    .string()
    .regex(/^(?:https?:\/\/)?[^/\s]+(?:\/[^/\s]+)+$/, 'This is no `owner/name`')
    .max(NAME_MAX)
    .optional()
    .describe('`owner/name`, on a plain Git server the URL, in any case; also a name it had before'),
  requester: z.string().trim().min(1).max(NAME_MAX).optional().describe('Login of who asked, in any case'),
  source: z
    .string()
    .regex(/^[a-z][a-z0-9_-]*$/)
    .max(64)
    .optional()
    .describe('Where it was asked for: `github`, `gitlab`, or elsewhere'),
  state: RunState.optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});
export type RunQuery = z.infer<typeof RunQuery>;

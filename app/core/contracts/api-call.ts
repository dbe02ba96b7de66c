import { z } from 'zod';
import { PROVIDERS } from '../domain/host/repo.ts';
import { REASONING_EFFORTS } from '../domain/run/run-task.ts';

/** Who called, as they stand for themselves in requests, words and approvals. */
const Caller = z.object({ id: z.int().negative(), login: z.string(), bot: z.literal(false) });

const call = <Kind extends string>(kind: Kind) =>
  z.object({ kind: z.literal(kind), id: z.uuid(), tenant_id: z.string(), by: Caller });

/** A picture as base64, so that a call is text. */
const Picture = z.object({ name: z.string(), content_type: z.string(), base64: z.string() });

const Options = z.object({
  llm_model: z.string().exactOptional(),
  reasoning_effort: z.enum(REASONING_EFFORTS).exactOptional(),
});

/** What must be approved of requests that are made through a link. */
export const LinkApproval = z.enum(['none', 'plan', 'publish']);

/**
 * A call of the API that changes something, as the `app` process puts it on record for the workers: the body of a delivery of
 * provider `api`, whose event is `kind` and whose guid is `id`. Only our own processes write them.
 */
export const ApiCall = z.discriminatedUnion('kind', [
  call('link').extend({ provider: z.enum(PROVIDERS), repository: z.string(), approval: LinkApproval }),
  call('request').extend({
    request_id: z.uuid(),
    link_id: z.uuid(),
    prompt: z.string(),
    source: z.string(),
    sender: z.string(),
    options: Options,
    pictures: z.array(Picture),
  }),
  call('follow-up').extend({ request_id: z.uuid(), message: z.string(), pictures: z.array(Picture) }),
  call('execute').extend({ request_id: z.uuid(), options: Options }),
  call('approve').extend({ request_id: z.uuid() }),
]);
export type ApiCall = z.infer<typeof ApiCall>;

/** One kind of call. */
export type ApiCallOf<Kind extends ApiCall['kind']> = Extract<ApiCall, { kind: Kind }>;

import { z } from 'zod';
import { REASONING_EFFORTS } from '../../domain/run/run-task.ts';
import { NewAttachments } from './attachments.ts';

const PROMPT_CHARS_MAX = 200_000;

/** Words for the agent; white space is kept. */
const words = z
  .string()
  .max(PROMPT_CHARS_MAX)
  .refine((text) => text.trim() !== '', 'This must not be empty.');

/** How the work is to be done; what is left out is as the repository and the server have it. */
export const WorkOptions = z
  .object({
    llm_model: z.string().min(1).max(100).nullish().describe('One that the server and the repository allow'),
    reasoning_effort: z.enum(REASONING_EFFORTS).nullish(),
  })
  .meta({ id: 'WorkOptions' });
export type WorkOptions = z.infer<typeof WorkOptions>;

/** What is to be done, and where. */
export const NewRequest = z
  .object({
    project_id: z.uuid().describe('A repository link of the tenant'),
    prompt: words.describe('What is to be done; white space is kept'),
    id: z.uuid().optional().describe('Id for the request; left out: the server makes one'),
    source: z.string().trim().min(1).max(64).default('direct_user').describe('Where the client had it from'),
    sender: z
      .union([z.literal(''), z.email().max(254)])
      .default('')
      .describe('Whom the client had it from'),
    attachments: NewAttachments,
    ...WorkOptions.shape,
  })
  .meta({ id: 'NewRequest' });
export type NewRequest = z.infer<typeof NewRequest>;

/** Further words to a request. */
export const NewMessage = z
  .object({ request_id: z.uuid(), message: words, attachments: NewAttachments })
  .meta({ id: 'NewMessage' });

/** It is on record and will be done. */
export const Received = z.object({ status: z.literal('received') }).meta({ id: 'Received' });
/** It is on record, and whatever it begins is queued. */
export const Queued = z.object({ status: z.literal('queued') }).meta({ id: 'Queued' });

import { z } from 'zod';
import { APPROVAL_MODES, COMMAND_VERBS } from '../domain/rules/repository-rules.ts';
import { ROLES } from '../domain/rules/role.ts';

const LABELS_MAX = 20;
const ALIASES_MAX = 50;

/** What begins work besides a command. */
export const Triggers = z.strictObject({
  mention: z.boolean().default(true).describe('Whether a mention of the bot with a prompt begins a run. Default: true'),
  labels: z
    .array(z.string().trim().min(1).max(255))
    .max(LABELS_MAX)
    .default([])
    .describe('Labels that ask for work on the issue or pull request they are put on. Default: none'),
  assignee: z
    .boolean()
    .default(false)
    .describe('Whether assigning the account of the bot asks for work. Default: false'),
});

/** Least role that may begin a run; nobody without any role does. */
export const RunBy = z.enum(ROLES.filter((role) => role !== 'none'));

const Mode = z.enum(APPROVAL_MODES);

const ApprovalByAsker = z.strictObject({
  default: Mode.optional().describe('For everybody whom no other key names; `none` counts for maintainers only'),
  maintainers: Mode.optional().describe('For people with write access or more. Default: none'),
  others: Mode.optional().describe('For people below write access, and (except `none`) for alerts. Default: publish'),
  alerts: Mode.optional().describe(
    'For alerts of error trackers whose source is to `fix`. Default: as `others`, and never none unless it is said here',
  ),
  self: z.boolean().default(false).describe('Whether those who asked may approve their own request. Default: false'),
});

/** One word for all, or a word for each kind of asker. */
export const Approval = z.union([
  Mode.transform((mode): z.output<typeof ApprovalByAsker> => ({ default: mode, self: false })),
  ApprovalByAsker,
]);

const Alias = z
  .string()
  .regex(/^\/[a-z][a-z0-9-]{0,30}$/, { error: 'must be a slash and a word in small letters, such as `/ship`' });

/** Own words for commands. */
export const Commands = z.strictObject({
  aliases: z
    .record(Alias, z.enum(COMMAND_VERBS))
    .refine((aliases) => Object.keys(aliases).length <= ALIASES_MAX, { error: `must be at most ${ALIASES_MAX} words` })
    .default({})
    .describe('Words that stand for a command, such as `/ship: approve`'),
});

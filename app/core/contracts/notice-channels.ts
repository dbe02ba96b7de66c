import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { jsonVariable } from './json-variable.ts';
import { mailServerOf, type MailServer } from './mail-server.ts';

const CHANNELS_MAX = 50;
const ADDRESSES_MAX = 50;
/** RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets. */
const ADDRESS_CHARS_MAX = 254;
const SECRET_CHARS_MAX = 4_000;
/** Shorter parts of an address are words; those of Slack and of Teams that let somebody in have 24 and more. */
const SECRET_PART_CHARS_MIN = 20;

/** Id of a channel, by which sources name it. */
export const ChannelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and hyphens, at most 40');

const Address = z.email('it is no e-mail address').max(ADDRESS_CHARS_MAX);

const Channel = z.discriminatedUnion('kind', [
  z.strictObject({ id: ChannelId, kind: z.literal('slack') }),
  z.strictObject({ id: ChannelId, kind: z.literal('teams') }),
  z.strictObject({
    id: ChannelId,
    kind: z.literal('email'),
    to: z.array(Address).min(1).max(ADDRESSES_MAX),
    from: Address.optional(),
  }),
]);
type Channel = z.infer<typeof Channel>;

/** The channels in which people are told of incidents, without what lets us in. */
export const NoticeChannels = jsonVariable(
  z
    .array(Channel)
    .max(CHANNELS_MAX)
    .refine(
      (channels) => new Set(channels.map(({ id }) => id)).size === channels.length,
      'two channels have the same id',
    ),
);

/** `https`, or `http` to this machine itself; no credentials, no fragment. The address is the secret. */
const WEBHOOK = /^(?:https:\/\/[^\s/?#@]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?)\/[^\s#]*$/;

/** What lets us into each channel, by its id: the address of a webhook, or of a mail server with its credentials. */
export const ChannelSecrets = jsonVariable(
  z.record(ChannelId, z.string().max(SECRET_CHARS_MAX)).superRefine((secrets, context) => {
    for (const [id, secret] of Object.entries(secrets)) {
      if (WEBHOOK.test(secret) || mailServerOf(secret) !== undefined) continue;
      context.addIssue({
        code: 'custom',
        message: `what it has for ${id} is neither the address of a webhook (https; http to this machine only) nor of a mail server (smtps://user:password@host or smtp://…, with what is special percent-encoded, and ?tls=off in a private network only)`,
      });
    }
  }),
).transform((secrets): ReadonlyMap<string, string> => new Map(Object.entries(secrets)));

/** A channel with what lets us in. */
export type ReachableChannel =
  | { readonly id: string; readonly kind: 'slack' | 'teams'; readonly url: string }
  | {
      readonly id: string;
      readonly kind: 'email';
      readonly server: MailServer;
      readonly from: string;
      readonly to: readonly string[];
    };

/** What is configured, as the variables give it. */
interface Configured {
  readonly channels: readonly Channel[];
  readonly secrets: ReadonlyMap<string, string>;
  /** Who names channels. */
  readonly sources: Iterable<{ readonly id: string; readonly tell: readonly string[] }>;
}

/**
 * The channels as they can be used.
 * @throws AppError `invalid` that names every channel without its secret, with one of another kind or without a sender, and
 * every source that names a channel that is not there.
 */
export function reachableChannels({ channels, secrets, sources }: Configured): readonly ReachableChannel[] {
  const reached = channels.map((channel) => reachable(channel, secrets.get(channel.id)));
  const known = new Set(channels.map(({ id }) => id));
  const strays = [...sources].flatMap(({ id, tell }) =>
    tell
      .filter((channel) => !known.has(channel))
      .map((channel) => `the source ${id} tells the channel ${channel}, which ALERT_CHANNELS does not have`),
  );
  const faults = [...reached.filter((one) => typeof one === 'string'), ...strays];
  if (faults.length > 0) throw new AppError('invalid', `The channels of alerts are not set up: ${faults.join('; ')}`);
  return reached.filter((one) => typeof one !== 'string');
}

/** Or what is wrong, in words that hold nothing of the secret. */
function reachable(channel: Channel, secret: string | undefined): ReachableChannel | string {
  const { id, kind } = channel;
  const what =
    kind === 'email'
      ? 'the address of its mail server, `smtps://user:password@host`'
      : 'the https address of its webhook';
  if (secret === undefined) return `ALERT_CHANNEL_SECRETS has nothing for the channel ${id} (${kind}): set ${what}`;
  const server = mailServerOf(secret);
  if ((channel.kind === 'email') !== (server !== undefined))
    return `what ALERT_CHANNEL_SECRETS has for the channel ${id} is not for ${kind}: set ${what}`;
  if (channel.kind !== 'email' || server === undefined)
    return { id, kind: channel.kind === 'teams' ? 'teams' : 'slack', url: secret };
  const from = channel.from ?? Address.safeParse(server.login?.user).data;
  if (from === undefined) return `the channel ${id} has no sender: set its \`from\``;
  return { id, kind: 'email', server, from, to: channel.to };
}

/** Everything in the secret of a channel that must never be seen: itself, and each part of it that lets somebody in. */
export function secretPartsOf(secret: string): readonly string[] {
  const password = mailServerOf(secret)?.login?.password;
  const parts = secret.split(/[/?#&=:@]/).filter((part) => part.length >= SECRET_PART_CHARS_MIN);
  return [secret, ...(password === undefined ? parts : [password])];
}

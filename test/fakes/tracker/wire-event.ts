import { z } from 'zod';

const Text = z.string().nullish();
const Lines = z.array(z.string()).nullish();

/** https://develop.sentry.dev/sdk/foundations/transport/event-payloads/stacktrace/ */
const Frame = z.looseObject({
  filename: Text,
  abs_path: Text,
  module: Text,
  function: Text,
  lineno: z.int().positive().nullish(),
  colno: z.int().nonnegative().nullish(),
  in_app: z.boolean().nullish(),
  pre_context: Lines,
  context_line: Text,
  post_context: Lines,
});

/** https://develop.sentry.dev/sdk/foundations/transport/event-payloads/exception/ */
const Exception = z.looseObject({
  type: Text,
  value: Text,
  module: Text,
  mechanism: z.looseObject({ type: z.string(), handled: z.boolean().nullish() }).nullish(),
  stacktrace: z.looseObject({ frames: z.array(Frame).min(1) }).nullish(),
});

/** https://develop.sentry.dev/sdk/foundations/transport/event-payloads/breadcrumbs/ */
const Breadcrumb = z.looseObject({
  timestamp: z.union([z.number(), z.string()]).optional(),
  type: Text,
  category: Text,
  message: Text,
  level: Text,
  data: z.looseObject({}).nullish(),
});

/** A list as it is, or in an object that holds it as `values`. */
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item), z.looseObject({ values: z.array(item) }).transform((one) => one.values)]);

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * An event as SDKs send it: https://develop.sentry.dev/sdk/foundations/transport/event-payloads/. Exceptions are listed
 * from cause to consequence and frames from the oldest to the newest. What this leaves out is kept, unread.
 */
export const WireEvent = z.looseObject({
  event_id: z.string().regex(/^[0-9a-f]{32}$/),
  timestamp: z.union([z.number(), z.iso.datetime({ offset: true })]),
  platform: z.string(),
  level: z.enum(['fatal', 'error', 'warning', 'info', 'debug', 'log']).optional(),
  logger: Text,
  transaction: Text,
  server_name: Text,
  release: Text,
  dist: Text,
  environment: Text,
  fingerprint: z.array(z.string()).optional(),
  tags: z.union([z.record(z.string(), Scalar), z.array(z.tuple([z.string(), Scalar]))]).optional(),
  extra: z.looseObject({}).optional(),
  modules: z.record(z.string(), z.string()).optional(),
  contexts: z.record(z.string(), z.looseObject({})).optional(),
  message: Text,
  logentry: z.looseObject({ message: Text, formatted: Text }).optional(),
  user: z
    .looseObject({ id: z.union([z.string(), z.number()]).nullish(), email: Text, username: Text, ip_address: Text })
    .optional(),
  request: z
    .looseObject({ url: Text, method: Text, headers: z.record(z.string(), z.string()).optional(), query_string: Text })
    .optional(),
  sdk: z.looseObject({ name: z.string(), version: z.string() }).optional(),
  exception: listOf(Exception).optional(),
  breadcrumbs: listOf(Breadcrumb).optional(),
});

/** An event in one form, whichever of the allowed ones its SDK chose. */
export type WireEvent = z.infer<typeof WireEvent>;
export type WireFrame = z.infer<typeof Frame>;
export type WireException = z.infer<typeof Exception>;

/** When it happened, in milliseconds since the epoch; a numeric timestamp is in seconds. */
export function happenedAt({ timestamp }: WireEvent): number {
  return typeof timestamp === 'number' ? Math.round(timestamp * 1_000) : Date.parse(timestamp);
}

/** The exception that was reported, which is the last; undefined for a message. */
export function reported({ exception = [] }: WireEvent): WireException | undefined {
  return exception.at(-1);
}

/** Frames of the exception that was reported, oldest first. */
export function framesOf(event: WireEvent): readonly WireFrame[] {
  return reported(event)?.stacktrace?.frames ?? [];
}

/** What tells one user from another: id, else mail address, else name, else address; undefined without any. */
export function userKeyOf({ user }: WireEvent): string | undefined {
  if (user?.id !== undefined && user.id !== null) return `id:${user.id}`;
  if (user?.email) return `email:${user.email}`;
  if (user?.username) return `username:${user.username}`;
  return user?.ip_address ? `ip:${user.ip_address}` : undefined;
}

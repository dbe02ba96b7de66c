import { framesOf, reported, userKeyOf, type WireEvent } from './wire-event.ts';

const TITLE_CHARS_MAX = 255;
const DEFAULT_FINGERPRINT = '{{ default }}';

/** What an issue is called and where it happened. */
export interface Heading {
  readonly title: string;
  readonly culprit: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What events of one issue share: the type and the newest frame of one's own code, or what the SDK was told to group by.
 * A rule of this stand-in; the vendors' look at every frame. Lines do not count, so that a moved function stays one issue.
 */
export function groupingKey(event: WireEvent): string {
  const { fingerprint = [] } = event;
  if (fingerprint.length > 0 && !fingerprint.includes(DEFAULT_FINGERPRINT)) return JSON.stringify(fingerprint);
  const frames = framesOf(event);
  const frame = frames.findLast((one) => one.in_app === true) ?? frames.at(-1);
  const place = frame ? [frame.filename ?? frame.module ?? '', frame.function ?? ''] : [messageOf(event)];
  return JSON.stringify([reported(event)?.type ?? 'message', ...place, ...fingerprint]);
}

/** Title, culprit and metadata as both vendors show them: the transaction, else the place, is the culprit. */
export function headingOf(event: WireEvent): Heading {
  const frame = framesOf(event).findLast((one) => one.in_app === true) ?? framesOf(event).at(-1);
  const place = frame ? `${frame.function ?? '?'}(${frame.module ?? frame.filename ?? '?'})` : '';
  const culprit = event.transaction ?? place;
  const exception = reported(event);
  if (!exception) {
    const title = firstLine(messageOf(event));
    return { title, culprit, metadata: { title } };
  }
  const { type, value } = exception;
  return {
    title: firstLine(value ? `${type ?? 'Error'}: ${value}` : (type ?? 'Error')),
    culprit,
    metadata: {
      type: type ?? 'Error',
      value: value ?? '',
      ...(frame?.filename ? { filename: frame.filename } : {}),
      ...(frame?.function ? { function: frame.function } : {}),
    },
  };
}

/** The tags of an event: its own, and those that vendors derive from other attributes. */
export function tagsOf(event: WireEvent): [key: string, value: string][] {
  const { tags = {} } = event;
  const own = (Array.isArray(tags) ? tags : Object.entries(tags)).filter(([, value]) => value !== null);
  const handled = reported(event)?.mechanism?.handled;
  const derived: (readonly [string, string | null | undefined])[] = [
    ['environment', event.environment],
    ['handled', handled === undefined || handled === null ? undefined : handled ? 'yes' : 'no'],
    ['level', event.level ?? 'error'],
    ['mechanism', reported(event)?.mechanism?.type],
    ['release', event.release],
    ['server_name', event.server_name],
    ['transaction', event.transaction],
    ['url', event.request?.url?.split('?')[0]],
    ['user', userKeyOf(event)],
  ];
  const all = new Map<string, string>();
  for (const [key, value] of derived) if (value) all.set(key, value);
  for (const [key, value] of own) all.set(key, String(value));
  return [...all].toSorted(([one], [other]) => one.localeCompare(other));
}

/** What a message says; empty for an exception without one. */
export function messageOf({ logentry, message }: WireEvent): string {
  return logentry?.formatted ?? logentry?.message ?? message ?? '';
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, TITLE_CHARS_MAX);
}

import http from 'node:http';
import https from 'node:https';
import { makeNodeTransport, NodeClient, Scope } from '@sentry/node';
import type { ErrorEvent, Event, Exception, NodeOptions, StackFrame } from '@sentry/node';
import type { ErrorReport } from './error-report.ts';

/** Who reports where, and under what. */
export interface SentryOptions {
  readonly dsn: string;
  readonly release: string;
  readonly environment: string;
  /** Name of this process. */
  readonly process: string;
  /** Every text passes it. */
  readonly redact: (text: string) => string;
}

/** A client of an error tracker. Neither of the two throws, whatever becomes of the tracker. */
export interface SentryClient {
  send(report: ErrorReport): void;
  /** Sends what is under way and ends, within `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

/** The SDK waits for ever for a tracker that takes a call and never answers. */
const CALL_MS_MAX = 5_000;
/** Reports under way at once, which is as many as there are within a minute; those beyond are dropped. */
const UNDER_WAY_MAX = 60;
const TEXT_CHARS_MAX = 300;
const TAGS: ReadonlySet<string> = new Set(['request_id', 'run_id', 'delivery_id', 'error_code', 'process']);

/**
 * Opens a client of Sentry, or of Glitchtip, which takes the same. The SDK is used as a client alone: it is told nothing of this
 * process, patches nothing, catches nothing by itself and keeps no state that others could see.
 */
export function openSentry(options: SentryOptions): SentryClient {
  const client = new NodeClient({
    dsn: options.dsn,
    release: options.release,
    environment: options.environment,
    transport: makeNodeTransport,
    transportOptions: { bufferSize: UNDER_WAY_MAX, httpModule: impatient(options.dsn) },
    stackParser: () => [],
    integrations: [],
    includeServerName: false,
    maxBreadcrumbs: 0,
    sendClientReports: false,
    traceLifecycle: 'static',
    enableRuntimeChannelInjection: false,
    beforeSend: (event) => allowedPart(event, options),
  });
  const nothing = new Scope();
  return {
    send: (report) => void client.captureEvent(eventOf(report, options.process), {}, nothing),
    close: async (timeoutMs) => void (await client.close(timeoutMs).then(undefined, () => undefined)),
  };
}

type HttpModule = NonNullable<NonNullable<NodeOptions['transportOptions']>['httpModule']>;

/** Node's own client, ending calls that nobody answers. */
function impatient(dsn: string): HttpModule {
  const module = new URL(dsn).protocol === 'https:' ? https : http;
  return {
    request: (options, callback) => {
      const call = module.request(options, (answer) =>
        callback?.(Object.assign(answer, { statusCode: answer.statusCode ?? 0 })),
      );
      return call.setTimeout(CALL_MS_MAX, () => void call.destroy(new Error('the error tracker did not answer')));
    },
  };
}

function eventOf({ message, fatal, tags, errors }: ErrorReport, process: string): Event {
  const head = { level: fatal ? 'fatal' : 'error', tags: { ...tags, process } } as const;
  if (errors.length === 0) return { ...head, message };
  const mechanism = { type: fatal ? 'onuncaughtexception' : 'generic', handled: !fatal };
  const values = errors.map(({ type, code, frames }, index) => ({
    type,
    value: index === 0 ? message : (code ?? ''),
    mechanism,
    // Theirs are the other way round: https://develop.sentry.dev/sdk/foundations/transport/event-payloads/stacktrace/
    ...stacktrace(
      frames.toReversed().map(({ file, function: name, line, column }) => frame(file, name, [line, column])),
    ),
  }));
  return { ...head, exception: { values: values.toReversed() } };
}

function frame(filename: string, name: string | undefined, [lineno, colno]: readonly [number, number]): StackFrame {
  return { filename, ...(name === undefined ? {} : { function: name }), lineno, colno, in_app: true };
}

/** A stack without frames is none to them. */
function stacktrace(frames: StackFrame[]): Pick<Exception, 'stacktrace'> {
  return frames.length === 0 ? {} : { stacktrace: { frames } };
}

/** The last thing before an event leaves: a new one of what is allowed, so that nothing that the SDK adds is among it. */
function allowedPart(event: ErrorEvent, { release, environment, redact }: SentryOptions): ErrorEvent {
  const clean = (text: string): string => redact(text).slice(0, TEXT_CHARS_MAX);
  const cleanFrame = ({ filename = '', function: name, lineno = 0, colno = 0 }: StackFrame): StackFrame =>
    frame(clean(filename), name === undefined ? undefined : clean(name), [lineno, colno]);
  const values = (event.exception?.values ?? []).map(({ type = '', value = '', mechanism, ...error }) => ({
    type: clean(type),
    value: clean(value),
    mechanism: { type: clean(mechanism?.type ?? ''), handled: mechanism?.handled === true },
    ...stacktrace((error.stacktrace?.frames ?? []).map(cleanFrame)),
  }));
  const tags = Object.entries(event.tags ?? {}).filter(([name]) => TAGS.has(name));
  return {
    type: undefined,
    platform: 'node',
    ...(event.event_id === undefined ? {} : { event_id: event.event_id }),
    ...(event.timestamp === undefined ? {} : { timestamp: event.timestamp }),
    ...(event.level === undefined ? {} : { level: event.level }),
    release,
    environment,
    tags: Object.fromEntries(tags.map(([name, value]) => [name, clean(String(value))])),
    ...(values.length === 0 ? { message: clean(event.message ?? '') } : { exception: { values } }),
  };
}

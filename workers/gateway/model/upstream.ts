import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { AppError } from '#core/domain/errors.ts';

/** Who serves the model, which decides how the key is sent: `openai` is any server that speaks like OpenAI's. */
export type Provider = 'openai' | 'azure';

/** The model server behind the proxy, as configured. Calls go to `<baseUrl>/responses`; a query in `baseUrl` is kept. */
export interface UpstreamOptions {
  /** `openai` when left out. */
  readonly provider?: Provider | undefined;
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer …`, to Azure as `api-key`; empty for a server that wants no key. */
  readonly apiKey: string;
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
}

/** How long an upstream call may stay silent. */
export interface UpstreamTimeouts {
  /** Until the TCP (and TLS) connection stands. */
  readonly connectTimeoutMs: number;
  /** Without a single byte in either direction, waiting for the answer's headers included. */
  readonly idleTimeoutMs: number;
}

/** Opens calls to the model server over kept-alive connections. */
export interface Upstream {
  /** The key that must never appear in an answer; empty when there is none. */
  readonly secret: string;
  /** Headers that only the proxy may set: who pays. */
  readonly headers: Readonly<Record<string, string>>;
  /** Starts one call; the caller writes the body. Fails with {@link SilentUpstream} or the system's error on `error`. */
  post(headers: OutgoingHttpHeaders, timeouts: UpstreamTimeouts): ClientRequest;
  /** Drops idle connections. */
  close(): void;
}

/** The model server let the time pass: before the connection stood, or on a connection that stands. */
export class SilentUpstream extends Error {
  override readonly name = 'SilentUpstream';
  readonly code = 'ETIMEDOUT';
  readonly connected: boolean;

  constructor(connected: boolean) {
    super(connected ? 'The model server fell silent' : 'The model server did not accept the connection');
    this.connected = connected;
  }
}

/** Shorter than the idle timeout of common load balancers (60 s), so that a reused connection is rarely a dead one. */
const IDLE_CONNECTION_MS = 20_000;
const HEADER_VALUE = /^[\x21-\x7e]*$/;

/** @throws AppError `invalid` when the URL or a header value cannot be used; the message never repeats either. */
export function openUpstream(options: UpstreamOptions): Upstream {
  const url = parseBaseUrl(options.baseUrl);
  const headers = ownHeaders(options);
  const secure = url.protocol === 'https:';
  const keepAlive = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  const agent = secure ? new HttpsAgent(keepAlive) : new HttpAgent(keepAlive);
  const start = secure ? httpsRequest : httpRequest;
  const path = `${url.pathname.replace(/\/+$/, '')}/responses${url.search}`;
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  return {
    secret: options.apiKey,
    headers,
    post(callHeaders, timeouts) {
      const { port } = url;
      const call = start({
        method: 'POST',
        hostname,
        port,
        path,
        agent,
        headers: { ...callHeaders, host: url.host, ...headers },
        timeout: timeouts.idleTimeoutMs,
      });
      call.once('timeout', () => call.destroy(new SilentUpstream(true)));
      limitConnecting(call, timeouts.connectTimeoutMs, secure ? 'secureConnect' : 'connect');
      return call;
    },
    close: () => agent.destroy(),
  };
}

function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new AppError('invalid', 'The model base URL must start with http:// or https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('invalid', 'The model base URL must not contain credentials; give the key on its own');
  }
  return url;
}

/** Source of the header for Azure: Microsoft's reference of the Azure OpenAI v1 API (API key authentication). */
function ownHeaders({ provider, apiKey, organization, project }: UpstreamOptions): Record<string, string> {
  for (const [name, value] of Object.entries({ apiKey, organization, project })) {
    if (!HEADER_VALUE.test(value ?? '')) {
      throw new AppError('invalid', `The model ${name} has characters that an HTTP header cannot carry`);
    }
  }
  if (provider === 'azure') return apiKey === '' ? {} : { 'api-key': apiKey };
  return {
    ...(apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
    ...(organization ? { 'openai-organization': organization } : {}),
    ...(project ? { 'openai-project': project } : {}),
  };
}

function limitConnecting(call: ClientRequest, timeoutMs: number, connected: 'connect' | 'secureConnect'): void {
  call.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => call.destroy(new SilentUpstream(false)), timeoutMs);
    const settle = (): void => clearTimeout(timer);
    socket.once(connected, settle);
    call.once('close', settle);
  });
}

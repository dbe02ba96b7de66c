import { randomBytes } from 'node:crypto';
import { spawnProcess, type Spawned } from '../../process/spawn-process.ts';

/** The gateway service as a process of its own. */
export interface StartedGateway extends AsyncDisposable {
  /** What a worker is given as LLM_PROXY_URL. */
  readonly url: string;
  /** What a worker is given as LLM_PROXY_SECRET. */
  readonly secret: string;
  /** Port for workspaces. */
  readonly port: number;
  readonly adminPort: number;
  readonly process: Spawned;
}

/** What the service is started with; ports are free ones unless named. */
export interface StartGatewayOptions {
  /** Where the model answers (`…/v1`), and with which key. */
  readonly model: { readonly baseUrl: string; readonly apiKey: string };
  readonly secret?: string;
  readonly port?: number;
  readonly adminPort?: number;
  /** More variables, for instance `GATEWAY_HOST: '0.0.0.0'` and `GATEWAY_GUEST_ADDRESS`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts it on loopback and waits until it serves. Disposing kills it. */
export async function startGatewayService(options: StartGatewayOptions): Promise<StartedGateway> {
  const secret = options.secret ?? randomBytes(24).toString('base64url');
  const process = spawnProcess('workers/gateway-main.ts', {
    LOG_LEVEL: 'debug',
    OPENAI_BASE_URL: options.model.baseUrl,
    OPENAI_API_KEY: options.model.apiKey,
    LLM_PROXY_SECRET: secret,
    GATEWAY_PORT: String(options.port ?? 0),
    GATEWAY_ADMIN_PORT: String(options.adminPort ?? 0),
    ...options.env,
  });
  const said = await process.said('gateway serves');
  const adminPort = Number(said['adminPort']);
  return {
    url: `http://127.0.0.1:${adminPort}`,
    secret,
    port: Number(said['port']),
    adminPort,
    process,
    [Symbol.asyncDispose]: async () => void (await process.end('SIGKILL')),
  };
}

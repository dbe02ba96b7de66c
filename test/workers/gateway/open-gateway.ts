import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import type { DoorTerms, Refusal } from '#core/ports/gateway.ts';
import type { Logger } from '#core/ports/runtime.ts';
import {
  createGateway,
  type GatewayOptions,
  type LlmDoor,
  type LlmGateway,
} from '../../../workers/gateway/model/llm-proxy.ts';
import type { Provider } from '../../../workers/gateway/model/upstream.ts';
import { startModelServer, type ModelServer } from './model-server.ts';

/** A gateway in front of a tiny model server, with one door open. */
export interface OpenGateway extends AsyncDisposable {
  readonly server: ModelServer;
  readonly gateway: LlmGateway;
  readonly door: LlmDoor;
  readonly at: { readonly socketPath: string };
  readonly apiKey: string;
  readonly runId: string;
  readonly directory: string;
  readonly log: RecordedLog;
  /** What the door refused, in order. */
  readonly refusals: Refusal[];
}

/** The model that {@link generousTerms} let a run ask. */
export const MODEL = 'test-model';

/** Terms under which a run at a door of the given kind meets no limit; `over` replaces some of them. */
export function generousTerms(over: Partial<DoorTerms> = {}): DoorTerms {
  const deadline = new Date(Date.now() + 3_600_000).toISOString();
  return {
    kind: 'sockets',
    budget: { tokensMax: 1_000_000_000, costUsdMax: null, deadline },
    models: [MODEL],
    egress: [],
    onRefused: () => undefined,
    ...over,
  };
}

/** A logger that keeps every record as one line of JSON. */
export interface RecordedLog extends Logger {
  readonly lines: string[];
}

/** A fresh {@link RecordedLog}. */
export function recordLog(): RecordedLog {
  const lines: string[] = [];
  const keep =
    (level: string) =>
    (fields: object, message: string): void => {
      lines.push(JSON.stringify({ level, message, ...fields }));
    };
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}

/** A random key in the form of a model key. */
export function randomKey(): string {
  return `sk-test-${randomBytes(24).toString('base64url')}`;
}

/** What a test wants otherwise than {@link openGateway} does it. */
export interface OpenOptions extends Partial<Pick<GatewayOptions, 'limits' | 'prices' | 'recorder' | 'privateHosts'>> {
  /** Where the proxy looks for the model server. */
  readonly baseUrl?: string;
  /** A random one when left out. */
  readonly apiKey?: string;
  readonly provider?: Provider;
  readonly organization?: string;
  readonly project?: string;
  readonly terms?: Partial<DoorTerms>;
}

/** Opens all three in a directory of their own. */
export async function openGateway(options: OpenOptions = {}): Promise<OpenGateway> {
  const { baseUrl, apiKey = randomKey(), provider, organization, project, terms, ...shared } = options;
  const directory = await mkdtemp(join(tmpdir(), 'gw-'));
  const server = await startModelServer();
  const log = recordLog();
  const upstream = { provider, baseUrl: baseUrl ?? server.baseUrl, apiKey, organization, project };
  const gateway = await createGateway({ upstream, directory, logger: log, ...shared });
  const runId = randomUUID();
  const refusals: Refusal[] = [];
  const onRefused = (refusal: Refusal): void => void refusals.push(refusal);
  const door = await gateway.open({ runId, epoch: 1 }, generousTerms({ onRefused, ...terms }));
  return {
    server,
    gateway,
    door,
    at: { socketPath: join(door.doors.directory, 'llm.sock') },
    apiKey,
    runId,
    directory,
    log,
    refusals,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

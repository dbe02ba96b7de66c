import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Logger } from '#core/ports/runtime.ts';
import { createGateway, type LlmDoor, type LlmGateway } from '../../../workers/gateway/llm-proxy.ts';
import type { RelayLimits } from '../../../workers/gateway/relay-call.ts';
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

/** Opens all three in a directory of their own; `baseUrl` overrides where the proxy looks for the model server. */
export async function openGateway(
  options: { limits?: Partial<RelayLimits>; baseUrl?: string; organization?: string; project?: string } = {},
): Promise<OpenGateway> {
  const { limits = {}, baseUrl, ...payer } = options;
  const directory = await mkdtemp(join(tmpdir(), 'gw-'));
  const server = await startModelServer();
  const apiKey = randomKey();
  const log = recordLog();
  const upstream = { baseUrl: baseUrl ?? server.baseUrl, apiKey, ...payer };
  const gateway = await createGateway({ upstream, directory, logger: log, limits });
  const runId = randomUUID();
  const door = await gateway.open({ runId, epoch: 1 });
  const at = { socketPath: join(door.socketDirectory, 'llm.sock') };
  return {
    server,
    gateway,
    door,
    at,
    apiKey,
    runId,
    directory,
    log,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DoorTerms, Refusal, RunDoors } from '#core/ports/gateway.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { openGatewayService, type GatewayService } from '../../../workers/gateway/gateway-service.ts';
import type { HeldGateway } from '../../../workers/gateway/model/llm-proxy.ts';
import { createRemoteGateway, type RemoteGatewayOptions } from '../../../workers/gateway/remote-gateway.ts';
import type { DoorTimes } from '../../../workers/gateway/door/served-door.ts';
import { startModelServer, type ModelServer } from './model-server.ts';
import { generousTerms, randomKey, recordLog, type RecordedLog } from './open-gateway.ts';

/** A worker's gateway over a service in the same process, with what each of the two wrote. */
export interface OpenRemote extends AsyncDisposable {
  readonly server: ModelServer;
  readonly service: GatewayService;
  readonly gateway: HeldGateway;
  readonly apiKey: string;
  readonly secret: string;
  readonly directory: string;
  readonly serviceLog: RecordedLog;
  readonly workerLog: RecordedLog;
  readonly recorded: ModelCall[];
  readonly refusals: Refusal[];
  /** Opens a run's doors under generous terms. */
  open(terms?: Partial<DoorTerms>): Promise<RunDoors & { readonly runId: string }>;
}

/** What a test wants otherwise. */
export interface OpenRemoteOptions {
  readonly times?: Partial<DoorTimes>;
  readonly worker?: Partial<RemoteGatewayOptions>;
  readonly guests?: { readonly host: string; readonly port: number };
}

/** Opens service and worker's side on free ports of 127.0.0.1. */
export async function openRemote({ times, worker, guests }: OpenRemoteOptions = {}): Promise<OpenRemote> {
  const directory = await mkdtemp(join(tmpdir(), 'gw-'));
  const server = await startModelServer();
  const [apiKey, secret] = [randomKey(), randomBytes(24).toString('base64url')];
  const [serviceLog, workerLog] = [recordLog(), recordLog()];
  const service = await openGatewayService({
    upstream: { baseUrl: server.baseUrl, apiKey },
    host: '127.0.0.1',
    port: 0,
    adminPort: 0,
    secret,
    redactor: createRedactor(),
    logger: serviceLog,
    ...(times === undefined ? {} : { times }),
    guests,
  });
  const recorded: ModelCall[] = [];
  const refusals: Refusal[] = [];
  const gateway = await createRemoteGateway({
    url: new URL(`http://127.0.0.1:${service.adminPort}`),
    secret,
    timeoutMs: 5_000,
    directory,
    logger: workerLog,
    redactor: createRedactor(),
    record: (call) => Promise.resolve(void recorded.push(call)),
    ...worker,
  });
  return {
    ...{ server, service, gateway, apiKey, secret, directory, serviceLog, workerLog, recorded, refusals },
    async open(terms) {
      const runId = randomUUID();
      const onRefused = (refusal: Refusal): void => void refusals.push(refusal);
      return { ...(await gateway.open({ runId, epoch: 1 }, generousTerms({ onRefused, ...terms }))), runId };
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The token of doors on the network; throws for others. */
export function tokenOf({ doors }: Pick<RunDoors, 'doors'>): string {
  if (doors.kind !== 'network') throw new Error('these doors are sockets');
  return doors.token;
}

/** The directory of doors that are sockets; throws for others. */
export function directoryOf({ doors }: Pick<RunDoors, 'doors'>): string {
  if (doors.kind !== 'sockets') throw new Error('these doors are on the network');
  return doors.directory;
}

import path from 'node:path';
import { createRedactor } from '../../app/core/domain/text/secrets.ts';
import { createGateway } from '../../workers/gateway/model/llm-proxy.ts';
import { createCallRecorder } from '../../workers/gateway/model/record-call.ts';

const HOUR_MS = 3_600_000;
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** The proxy as a worker runs it, recording included, but for the store: what is recorded is redacted and forgotten. */
async function serveProxy({
  baseUrl,
  directory,
  model,
}: Record<'baseUrl' | 'directory' | 'model', string>): Promise<void> {
  const apiKey = 'sk-bench-0123456789abcdef0123456789abcdef';
  const redactor = createRedactor();
  redactor.register(apiKey);
  const recorder = createCallRecorder({ redactor, record: () => Promise.resolve(), logger: QUIET });
  const gateway = await createGateway({ upstream: { baseUrl, apiKey }, directory, logger: QUIET, recorder });
  const door = await gateway.open(
    { runId: 'bench', epoch: 1 },
    {
      kind: 'sockets',
      budget: { tokensMax: 1e12, costUsdMax: null, deadline: new Date(Date.now() + HOUR_MS).toISOString() },
      models: [model],
      egress: [],
      onRefused: ignore,
    },
  );
  process.stdout.write(`${JSON.stringify({ socket: path.join(door.doors.directory, 'llm.sock') })}\n`);
}

const { MODEL_URL: baseUrl = '', SOCKET_DIRECTORY: directory = '', MODEL: model = '' } = process.env;
await serveProxy({ baseUrl, directory, model });

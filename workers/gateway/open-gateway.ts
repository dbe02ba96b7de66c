import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import type { Redactor } from '#core/domain/text/secrets.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';
import type { GatewayClientOptions } from './gateway-options.ts';
import { createGateway, type HeldGateway } from './model/llm-proxy.ts';
import { proxyConfigOf, type ProxyConfig } from './model/proxy-config.ts';
import { createCallRecorder } from './model/record-call.ts';
import { createRemoteGateway } from './remote-gateway.ts';

/** What a worker knows of its gateway. */
export interface GatewayConfig extends GatewayClientOptions, ProxyConfig {
  readonly SOCKET_DIRECTORY?: string | undefined;
}

/** What a gateway works with, wherever it is. */
export interface GatewayDeps {
  readonly logger: Logger;
  readonly redactor: Redactor;
  /** Writes one call at the model as it went over the wire, e.g. `store.modelCalls.recordCall`. */
  readonly record: (call: ModelCall) => Promise<void>;
}

const MILLISECONDS = 1_000;

/**
 * Opens the gateway that the configuration names: in this process, or over the service at LLM_PROXY_URL.
 * @throws AppError `invalid` when LLM_PROXY_URL is without its secret, when there is neither it nor a key, or for a bad
 * directory or upstream.
 */
export async function openGateway(config: GatewayConfig, deps: GatewayDeps): Promise<HeldGateway> {
  const { logger, redactor, record } = deps;
  const { LLM_PROXY_URL: url, LLM_PROXY_SECRET: secret } = config;
  const directory = config.SOCKET_DIRECTORY ?? join(tmpdir(), `astraforge-doors-${process.getuid?.() ?? 0}`);
  if (url === undefined) {
    const proxy = proxyConfigOf(config);
    redactor.register(proxy.upstream.apiKey);
    const recorder = createCallRecorder({ redactor, record, logger });
    return await createGateway({ ...proxy, directory, logger, recorder });
  }
  if (secret === undefined) throw new AppError('invalid', 'LLM_PROXY_URL is set, but LLM_PROXY_SECRET is not');
  redactor.register(secret);
  const timeoutMs = config.LLM_PROXY_TIMEOUT * MILLISECONDS;
  return await createRemoteGateway({ url: new URL(url), secret, timeoutMs, directory, logger, redactor, record });
}

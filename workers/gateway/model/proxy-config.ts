import type { ProxyOptions } from './llm-proxy.ts';
import type { EgressOptions } from '../gateway-options.ts';
import { upstreamOf, type KeylessModelServerOptions } from './model-options.ts';

/** The variables of a process that may ask the model and connect to allowed hosts. */
export type ProxyConfig = KeylessModelServerOptions & EgressOptions;

/** What the proxy needs of them. @throws AppError `invalid` that names the variable to set. */
export function proxyConfigOf(
  config: ProxyConfig,
): Pick<ProxyOptions, 'upstream' | 'prices' | 'privateHosts' | 'uploadBytesMax'> {
  return {
    upstream: upstreamOf(config),
    prices: config.MODEL_PRICES,
    privateHosts: config.EGRESS_PRIVATE_HOSTS,
    uploadBytesMax: config.EGRESS_UPLOAD_BYTES_MAX,
  };
}

import { z } from 'zod';

/** Least length of the secret that workers and gateway share: 32 characters, as `openssl rand -hex 16` gives. */
const SECRET_CHARACTERS_MIN = 32;

/** The secret of both sides. */
export const LLM_PROXY_SECRET = z
  .string()
  .min(SECRET_CHARACTERS_MIN)
  .describe('Secret that workers and the gateway service share, at least 32 characters');

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

/** Without a default port, which URLs leave out: then the text has it not either, or is refused. */
const originOf = (text: string): string => (URL.canParse(text) ? new URL(text).origin : '');

/** Variables of a worker that says where the gateway is; without `LLM_PROXY_URL` it is in the worker itself. */
export const GatewayClientOptions = z.object({
  LLM_PROXY_URL: z
    .url({ protocol: /^https?$/ })
    .refine((text) => text.replace(/\/$/, '') === originOf(text), 'must be scheme, host and port, and nothing else')
    .optional()
    .describe(
      'Gateway service that holds the model key, by the address of its GATEWAY_ADMIN_PORT; unset: the worker holds the key',
    ),
  LLM_PROXY_SECRET: LLM_PROXY_SECRET.optional(),
  LLM_PROXY_TIMEOUT: z.coerce
    .number()
    .positive()
    .max(300)
    .default(10)
    .describe('Seconds to wait for the gateway service'),
});
export type GatewayClientOptions = z.infer<typeof GatewayClientOptions>;

/** Variables of whoever connects workspaces to allowed hosts. */
export const EgressOptions = z.object({
  EGRESS_PRIVATE_HOSTS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((host) => host.trim())
        .filter((host) => host !== ''),
    )
    .describe(
      'Hosts that workspaces may reach although their addresses are private, comma-separated, e.g. a company registry; a repository still has to ask for them in `egress:`',
    ),
  EGRESS_UPLOAD_BYTES_MAX: z.coerce
    .number()
    .int()
    .min(0)
    .default(50_000_000)
    .describe('Bytes one run may send to allowed hosts; fetching from registries needs little'),
});
export type EgressOptions = z.infer<typeof EgressOptions>;

/** Variables of the gateway service, besides those of the model. */
export const GatewayServiceOptions = z.object({
  GATEWAY_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address the gateway service listens on; `0.0.0.0` in a container'),
  GATEWAY_PORT: port(8_443).describe('Port of the gateway service for workspaces; 0 picks a free one'),
  GATEWAY_ADMIN_PORT: port(8_444).describe('Port of the gateway service for workers; workspaces must not reach it'),
  GATEWAY_GUEST_ADDRESS: z
    .string()
    .regex(/^(?:[^\s:[\]]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/)
    .optional()
    .describe(
      'Host and port by which workspaces find the gateway service; unset: the host workers use, and GATEWAY_PORT',
    ),
  LLM_PROXY_SECRET,
});
export type GatewayServiceOptions = z.infer<typeof GatewayServiceOptions>;

/** Takes `host:port` or `[address]:port` apart. */
export function parseGuestAddress(text: string): { readonly host: string; readonly port: number } {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
}

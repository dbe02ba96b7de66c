import { z } from 'zod';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;
/** Less would sign people out between two clicks. */
const SESSION_SEC_MIN = 60;

const isSafeIssuer = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || LOOPBACK.test(hostname);
};

/** Variables of signing in. */
export const SignIn = z.object({
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .refine(isSafeIssuer, 'it must be https, unless it is on this machine')
    .optional()
    .describe('Issuer at which people sign in (OpenID Connect); unset: one administrator signs in by a link'),
  OIDC_CLIENT_ID: z.string().min(1).optional().describe('Client id at the issuer'),
  OIDC_CLIENT_SECRET: z.string().min(1).optional().describe('Client secret at the issuer; unset: a public client'),
  OIDC_SCOPES: z
    .string()
    .regex(/^(?:\S+ )*openid(?: \S+)*$/, 'it must have openid among its words')
    .default('openid profile email')
    .describe('Scopes that are asked for, with spaces between them'),
  OIDC_ROLE_CLAIM: z
    .string()
    .min(1)
    .default('realm_access.roles')
    .describe('Claim that holds the roles of a person, text or a list; with dots it is a path'),
  OIDC_ROLE_ADMIN: z
    .string()
    .min(1)
    .default('admin')
    .describe('Words of the claim, comma-separated, that make an administrator'),
  OIDC_ROLE_MAINTAINER: z.string().min(1).default('maintainer').describe('The same for a maintainer'),
  OIDC_ROLE_REVIEWER: z.string().min(1).default('reviewer').describe('The same for a reviewer'),
  OIDC_ROLE_OBSERVER: z.string().min(1).default('observer').describe('The same for an observer'),
  OIDC_TENANT_CLAIM: z
    .string()
    .min(1)
    .optional()
    .describe('Claim that holds the id of a person’s tenant; unset: everybody belongs to `default`'),
  SESSION_LIFE_SEC: z.coerce
    .number()
    .int()
    .min(SESSION_SEC_MIN)
    .default(28_800)
    .describe('Longest time somebody stays signed in'),
  SESSION_IDLE_SEC: z.coerce
    .number()
    .int()
    .min(SESSION_SEC_MIN)
    .default(1_800)
    .describe('Longest time somebody stays signed in without a call'),
});

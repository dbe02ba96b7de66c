import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { gitAuthorOf, holds, HostUrl, requireStrongSecret } from '#core/contracts/host-variables.ts';
import { AppError } from '#core/domain/errors.ts';
import type { GitHubOptions } from './options.ts';

/** A key may be given as PEM text (line ends may be written `\\n`), as base64 of it, or as the path of a file that holds it. */
function pemOf(value: string): string {
  const text = value.trim().replaceAll(String.raw`\n`, '\n');
  if (text.startsWith('-----BEGIN')) return text;
  if (existsSync(text)) return readFileSync(text, 'utf8');
  return Buffer.from(text, 'base64').toString('utf8');
}

const PrivateKey = z
  .string()
  .transform(pemOf)
  .refine(
    (pem) => holds(() => createPrivateKey(pem).asymmetricKeyType === 'rsa'),
    'it does not parse as an RSA private key (download it from the settings page of the App)',
  );

const WebhookSecret = z
  .string()
  .refine(
    (secret) => holds(() => requireStrongSecret(secret)),
    'it is `development` or shorter than 32 bytes (make one with: openssl rand -hex 32)',
  );

/** What the door that GitHub knocks at needs. */
export const GitHubDoorVariables = z.object({
  WEBHOOK_SECRET: WebhookSecret.describe('Secret GitHub signs webhooks with: random, 32 bytes or more'),
});

export type GitHubDoorVariables = z.infer<typeof GitHubDoorVariables>;

/** What talking to GitHub needs. */
export const GitHubAppVariables = z.object({
  APP_ID: z.coerce.number().int().positive().describe('Id of the GitHub App'),
  PRIVATE_KEY: PrivateKey.describe('Private key of the App: PEM text, its base64, or the path of a file'),
  GITHUB_API_URL: HostUrl.default('https://api.github.com').describe(
    'API address; on Enterprise Server `https://HOST/api/v3`',
  ),
  GITHUB_SERVER_URL: HostUrl.default('https://github.com').describe(
    'Address for people and git; on Enterprise Server `https://HOST`',
  ),
  REVIEWER_APP_ID: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('Id of a second App that posts reviews, with REVIEWER_PRIVATE_KEY; unset: the App itself'),
  REVIEWER_PRIVATE_KEY: PrivateKey.optional().describe('Private key of that second App, as PRIVATE_KEY'),
  ASTRAFORGE_GIT_AUTHOR_NAME: z.string().min(1).optional().describe('Author of commits; unset: the account of the App'),
  ASTRAFORGE_GIT_AUTHOR_EMAIL: z
    .email()
    .optional()
    .describe('E-mail of that author; unset: the no-reply address of the App'),
});
export type GitHubAppVariables = z.infer<typeof GitHubAppVariables>;

/** GitHub's whole slice of the environment, for a process that does both. */
export const GitHubVariables = GitHubDoorVariables.extend(GitHubAppVariables.shape);
export type GitHubVariables = z.infer<typeof GitHubVariables>;

/** The second App, if there is one: half of it would have the first one review in silence. */
function reviewerOf({ REVIEWER_APP_ID: appId, REVIEWER_PRIVATE_KEY: privateKey }: GitHubAppVariables) {
  if (appId === undefined && privateKey === undefined) return {};
  if (appId === undefined || privateKey === undefined)
    throw new AppError('invalid', 'REVIEWER_APP_ID and REVIEWER_PRIVATE_KEY belong together: set both or none');
  return { reviewer: { appId, privateKey } };
}

/**
 * The variables as the host's options. An author counts only with both name and e-mail.
 * @throws AppError `invalid` when a second App is half configured.
 */
export function gitHubOptions(variables: GitHubAppVariables): GitHubOptions {
  return {
    appId: variables.APP_ID,
    privateKey: variables.PRIVATE_KEY,
    apiUrl: variables.GITHUB_API_URL,
    webUrl: variables.GITHUB_SERVER_URL,
    ...gitAuthorOf(variables),
    ...reviewerOf(variables),
  };
}

import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { gitAuthorOf, holds, HostUrl, requireStrongSecret } from '#core/contracts/host-variables.ts';
import type { GitLabOptions } from './options.ts';
import { isProjectEntry } from '../repository/projects.ts';
import { signingKeyOf } from '../inbound/standard-webhooks.ts';

/** A secret may be given as it is or as the absolute path of a file that holds it, as secret mounts are. */
function textOf(value: string): string {
  const text = value.trim();
  return isAbsolute(text) && existsSync(text) ? readFileSync(text, 'utf8').trim() : text;
}

const Token = z
  .string()
  .transform(textOf)
  .refine((token) => /^[\w.-]{20,}$/.test(token), 'it does not look like an access token, nor is it a file with one');

const WebhookSecret = z
  .string()
  .transform(textOf)
  .refine(
    (secret) => holds(() => requireStrongSecret(secret)),
    'it is shorter than 32 bytes (make one with: openssl rand -hex 32)',
  );

const SigningToken = z
  .string()
  .transform(textOf)
  .refine((token) => holds(() => signingKeyOf(token)), 'it is not whsec_ and base64, as GitLab shows it');

const Projects = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
  .refine((entries) => entries.length > 0, 'it names no project')
  .refine((entries) => entries.every(isProjectEntry), 'an entry is neither a number nor a path');

/** What the door that GitLab knocks at needs. */
export const GitLabDoorVariables = z.object({
  GITLAB_WEBHOOK_SECRET: WebhookSecret.describe(
    'Secret token of the webhooks: random, 32 bytes or more, or the path of a file with it',
  ),
  GITLAB_WEBHOOK_SIGNING_TOKEN: SigningToken.optional().describe(
    'Signing token of the webhooks, `whsec_…`; when set, every delivery must be signed',
  ),
});
export type GitLabDoorVariables = z.infer<typeof GitLabDoorVariables>;

/** What talking to GitLab needs. */
export const GitLabTokenVariables = z.object({
  GITLAB_URL: HostUrl.default('https://gitlab.com').describe(
    'Address of GitLab with its relative URL root, if it has one; the API is below it',
  ),
  GITLAB_TOKEN: Token.describe(
    'Access token of the bot, scopes `api` and `write_repository`, or the path of a file with it',
  ),
  GITLAB_REVIEWER_TOKEN: Token.optional().describe(
    'Access token of a second account that posts reviews, scope `api`, or the path of a file with it; unset: the bot itself',
  ),
  GITLAB_PROJECTS: Projects.describe(
    'Projects to work for, comma-separated: numbers or paths, `*` for anything but a slash, `**` for anything',
  ),
  GITLAB_WEBHOOK_URL: HostUrl.optional().describe(
    'Address the webhooks call, `https://HOST/webhooks/gitlab`; when set, and the bot is a Maintainer, what they could not deliver is asked for again',
  ),
});
export type GitLabTokenVariables = z.infer<typeof GitLabTokenVariables>;

/** The variables as the host's options. */
export function gitLabOptions(variables: GitLabTokenVariables & Parameters<typeof gitAuthorOf>[0]): GitLabOptions {
  const { GITLAB_REVIEWER_TOKEN: reviewerToken } = variables;
  return {
    url: variables.GITLAB_URL,
    token: variables.GITLAB_TOKEN,
    projects: variables.GITLAB_PROJECTS,
    ...gitAuthorOf(variables),
    ...(reviewerToken === undefined ? {} : { reviewerToken }),
    ...(variables.GITLAB_WEBHOOK_URL === undefined ? {} : { webhookUrl: variables.GITLAB_WEBHOOK_URL }),
  };
}

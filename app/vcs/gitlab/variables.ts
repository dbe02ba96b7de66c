import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { requireStrongSecret, withoutTrailingSlash, type GitLabOptions } from './options.ts';
import { isProjectEntry } from './projects.ts';
import { signingKeyOf } from './standard-webhooks.ts';

/** A secret may be given as it is or as the absolute path of a file that holds it, as secret mounts are. */
function textOf(value: string): string {
  const text = value.trim();
  return isAbsolute(text) && existsSync(text) ? readFileSync(text, 'utf8').trim() : text;
}

function holds(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
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

const BaseUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/[?#@]/.test(url), 'it must have no credentials, query or fragment')
  .transform(withoutTrailingSlash);

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
  GITLAB_URL: BaseUrl.default('https://gitlab.com').describe(
    'Address of GitLab with its relative URL root, if it has one; the API is below it',
  ),
  GITLAB_TOKEN: Token.describe(
    'Access token of the bot, scopes `api` and `write_repository`, or the path of a file with it',
  ),
  GITLAB_PROJECTS: Projects.describe(
    'Projects to work for, comma-separated: numbers or paths, `*` for anything but a slash, `**` for anything',
  ),
  GITLAB_WEBHOOK_URL: BaseUrl.optional().describe(
    'Address the webhooks call, `https://HOST/webhooks/gitlab`; when set, and the bot is a Maintainer, what they could not deliver is asked for again',
  ),
});
export type GitLabTokenVariables = z.infer<typeof GitLabTokenVariables>;

/** Who commits are by, as every host has it. */
interface AuthorVariables {
  readonly ASTRAFORGE_GIT_AUTHOR_NAME?: string | undefined;
  readonly ASTRAFORGE_GIT_AUTHOR_EMAIL?: string | undefined;
}

/** The variables as the host's options. An author counts only with both name and e-mail. */
export function gitLabOptions(variables: GitLabTokenVariables & AuthorVariables): GitLabOptions {
  const { ASTRAFORGE_GIT_AUTHOR_NAME: name, ASTRAFORGE_GIT_AUTHOR_EMAIL: email } = variables;
  return {
    url: variables.GITLAB_URL,
    token: variables.GITLAB_TOKEN,
    projects: variables.GITLAB_PROJECTS,
    ...(variables.GITLAB_WEBHOOK_URL === undefined ? {} : { webhookUrl: variables.GITLAB_WEBHOOK_URL }),
    ...(name !== undefined && email !== undefined ? { gitAuthor: { name, email } } : {}),
  };
}

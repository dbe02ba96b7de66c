import { z } from 'zod';
import { gitRepositoryUrl } from '../../domain/host/git-url.ts';
import { PROVIDERS } from '../../domain/host/repo.ts';
import { LinkApproval } from '../api-call.ts';

const time = z.iso.datetime();
const NO_TOKEN =
  'Tokens are not taken here: the GitHub App of this server, or the token of its GitLab bot, is what reaches repositories. Install the App on the repository, or make the bot a Developer of the project, and leave this out.';
const NO_GIT_URL =
  'This must be an `https` URL of a repository, without credentials, query or fragment: the server holds the credentials (GIT_CREDENTIALS).';
const NO_ADDRESS = 'The address of each host is set at the server (GITHUB_SERVER_URL, GITLAB_URL). Leave this out.';

/** A field of the reference's clients that has no place here. */
const refusedField = (why: string) =>
  z
    .string()
    .optional()
    .refine((given) => given === undefined || given === '', why);

const approval = LinkApproval.describe(
  'What somebody else than who asked must agree to: `publish` the change before it is pushed, `plan` the plan before the work, `none` nothing. What the configuration of the repository asks for comes on top',
);

/** A repository to link. */
export const NewRepositoryLink = z
  .object({
    provider: z.enum(PROVIDERS),
    repository: z
      .string()
      .trim()
      .min(3)
      .max(255)
      .describe(
        '`owner/name`; on GitLab the whole path of the project; with `provider` `git` the URL of the repository',
      ),
    approval: approval.default('publish'),
    access_token: refusedField(NO_TOKEN).describe('Must be left out: the server holds no credential of its clients'),
    base_url: refusedField(NO_ADDRESS).describe('Must be left out'),
  })
  .refine(({ provider, repository }) => provider !== 'git' || gitRepositoryUrl(repository) !== undefined, {
    path: ['repository'],
    error: NO_GIT_URL,
  })
  .meta({ id: 'NewRepositoryLink' });

/** A repository in which the tenant's clients may ask for work. */
export const RepositoryLinkView = z
  .object({
    id: z.uuid(),
    provider: z.enum(PROVIDERS),
    repository: z.string(),
    base_url: z.string(),
    approval,
    created_by: z.string(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'RepositoryLink' });
export type RepositoryLinkView = z.infer<typeof RepositoryLinkView>;

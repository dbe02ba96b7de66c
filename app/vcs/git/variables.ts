import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { gitAuthorOf } from '#core/contracts/host-variables.ts';
import { gitAddress } from '#core/domain/host/git-url.ts';
import type { GitCredential } from './allow-list.ts';
import type { PlainGitOptions } from './plugin.ts';

/** An address as people write it, in the form in which it is compared. */
const Address = z.string().transform((text, context) => {
  const address = gitAddress(text.trim());
  if (address !== undefined) return address;
  context.addIssue({ code: 'custom', message: `it names what is no https address without credentials` });
  return z.NEVER;
});

const Hosts = z
  .string()
  .transform((list) => list.split(',').filter((entry) => entry.trim() !== ''))
  .refine((entries) => entries.length > 0, 'it names no address')
  .pipe(z.array(Address));

/** As HTTP takes them (RFC 7617, 2: no colon in a name), and long enough that the redactor can tell one from other text. */
const Credential = z.strictObject({
  username: z.string().regex(/^[\x21-\x39\x3b-\x7e]+$/),
  password: z.string().regex(/^[\x21-\x7e]{8,}$/),
});

const FORM =
  'it is no JSON {"https://HOST/PATH": {"username": "…", "password": "…"}} with passwords of 8 characters or more, nor a file with it';

/** As it is, or the absolute path of a file that holds it, as secret mounts are. What is wrong in it is not repeated: it is secret. */
const Credentials = z.string().transform((value, context): ReadonlyMap<string, GitCredential> => {
  const read = z.record(Address, Credential).safeParse(jsonOf(value.trim()));
  if (read.success && Object.keys(read.data).length > 0) return new Map(Object.entries(read.data));
  context.addIssue({ code: 'custom', message: FORM });
  return z.NEVER;
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(isAbsolute(text) && existsSync(text) ? readFileSync(text, 'utf8') : text);
  } catch {
    return undefined;
  }
}

/** What reaching plain Git servers needs. */
export const GitServerVariables = z.object({
  GIT_HOSTS: Hosts.describe(
    'Plain Git servers to work with, comma-separated: addresses below which repositories may be linked, such as `https://git.example.org/team`; `http` only to this machine itself',
  ),
  GIT_CREDENTIALS: Credentials.describe(
    'Who pushes there, as JSON: the address a credential is for, and `username` and `password`; or the path of a file with it',
  ),
});
export type GitServerVariables = z.infer<typeof GitServerVariables>;

/** The variables as the host's options. */
export function plainGitOptions(variables: GitServerVariables & Parameters<typeof gitAuthorOf>[0]): PlainGitOptions {
  return { hosts: variables.GIT_HOSTS, credentials: variables.GIT_CREDENTIALS, ...gitAuthorOf(variables) };
}

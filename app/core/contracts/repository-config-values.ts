import { z } from 'zod';
import { HOST_CHARS_MAX, HOST_PATTERN } from '../domain/host/host-name.ts';

/*
 * Small values of which the repository's configuration is made. Descriptions end up in docs/astraforge.schema.json, where
 * editors show them.
 */

/** Globs of one list. */
export const GLOBS_MAX = 100;

/** A host name, or `*.` and a host name for everything below it. No scheme, no port, no address. */
export const EgressHost = z
  .string()
  .toLowerCase()
  .max(HOST_CHARS_MAX)
  .regex(new RegExp(`^(?:\\*\\.)?${HOST_PATTERN}$`), {
    error: 'must be a host name such as registry.npmjs.org or *.example.com',
  });

/** A glob of paths from the root of the repository, as `app/core/domain/rules/path-rules.ts` reads it. */
export const Glob = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!\.{0,2}\/)(?!.*\/\.{0,2}\/)(?!.*\/\.\.?$)[^\\]+$/, {
    error: 'must be a path from the root without `/` before it, such as `src/**` or `*.md`',
  });

/** Paths by globs: what is allowed, less what is denied. */
export const PathFilter = z.strictObject({
  allow: z.array(Glob).min(1).max(GLOBS_MAX).default(['**']).describe('Globs of paths that count. Default: all'),
  deny: z.array(Glob).max(GLOBS_MAX).default([]).describe('Globs of paths that do not count, whatever `allow` says'),
});

/** Name of a model as the model server knows it. */
export const ModelName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][\w./:@-]*$/, { error: 'must be the name of a model, such as gpt-5.5' });

/** A positive whole number. */
export const Count = z.int().min(1);

import { z } from 'zod';

/** Where a repository says how its workspaces are to be; read from the default branch only. */
export const REPOSITORY_CONFIG_PATH = '.astraforge.yml';
/** A longer file is refused. */
export const REPOSITORY_CONFIG_BYTES_MAX = 64 * 1024;

const COMMANDS_MAX = 20;
const HOSTS_MAX = 100;

/** A host name, or `*.` and a host name for everything below it. No scheme, no port, no address. */
const EgressHost = z
  .string()
  .toLowerCase()
  .max(253)
  .regex(/^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: 'must be a host name such as registry.npmjs.org or *.example.com',
  });

/** What a repository may decide about its own workspaces. Unknown keys are an error, so that a typing mistake shows. */
export const RepositoryConfig = z.strictObject({
  /** Container image, made from a workspace image of ours. */
  image: z.string().min(1).max(500).optional(),
  /** Shell lines that make a checkout ready to work in. */
  setup: z.array(z.string().min(1).max(4_000)).max(COMMANDS_MAX).default([]),
  /** Files whose content decides whether the result of `setup` can be used again. */
  setup_files: z.array(z.string().min(1).max(500)).max(COMMANDS_MAX).default([]),
  /** Hosts that workspaces may reach. */
  egress: z.array(EgressHost).max(HOSTS_MAX).default([]),
});
export type RepositoryConfig = z.infer<typeof RepositoryConfig>;

import { z } from 'zod';
import { KubernetesOptions } from './kubernetes/options.ts';
import { SandboxProfile } from './profile.ts';

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;

/** The part of {@link SandboxOptions} that a process needs which only talks to the sandbox process. */
export const SandboxClientOptions = z.object({
  SANDBOX_SOCKET: z
    .string()
    .startsWith('/')
    .max(100)
    .default('/run/astraforge/sandbox.sock')
    .describe('Unix socket of the sandbox process, at most 100 bytes long; unused when all runs in one process.'),
});
export type SandboxClientOptions = z.infer<typeof SandboxClientOptions>;

/** The image that is built here when no other is named. It is never pulled: nobody vouches for that name on a public registry. */
export const OWN_IMAGE = 'astraforge/codex-cli:latest';

/**
 * The sandbox ring's slice of the environment. Names that the reference product had keep their names and meaning.
 * Parse `process.env` with it in a root; every other key is dropped.
 */
export const SandboxOptions = SandboxClientOptions.extend({
  PROVISIONER: z
    .enum(['docker', 'k8s', 'local'])
    .optional()
    .describe('Where agents run. Unset: docker when an engine answers and the image can be had, else local.'),
  SANDBOX_PROFILE: SandboxProfile.default('standard').describe(
    'How hard containers are walled in: standard shares the kernel; strong needs gVisor (runsc), a current engine and runc, and refuses to start without.',
  ),
  CODEX_WORKSPACE_IMAGE: z
    .string()
    .min(1)
    .default(OWN_IMAGE)
    .describe('Container image of a workspace; pulled, else built on this machine, when absent.'),
  SANDBOX_IMAGES_ALLOWED: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .describe(
      'Images that a repository may name in its configuration, comma-separated: exact names, or beginnings that end in /*, :* or @*. Unset: none but the installation’s.',
    ),
  SANDBOX_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(0)
    .max(32)
    .default(1)
    .describe('Workspaces that are started before a run needs them, so that it need not wait; 0: none.'),
  SANDBOX_DOCKER_PIDS_LIMIT: z.coerce
    .number()
    .int()
    .min(64)
    .max(32_768)
    .default(512)
    .describe('Processes and threads a container may have.'),
  SANDBOX_MEMORY_BYTES: z.coerce
    .number()
    .int()
    .min(256 * MEBIBYTE)
    .default(2 * GIBIBYTE)
    .describe('Memory of a container, files in its workspace, home and /tmp included; no swap on top.'),
  SANDBOX_CPUS: z.coerce
    .number()
    .min(0.1)
    .max(256)
    .default(2)
    .describe('CPUs a container may use; never more than the engine has.'),
  SANDBOX_WORKSPACE_BYTES: z.coerce
    .number()
    .int()
    .min(16 * MEBIBYTE)
    .default(GIBIBYTE)
    .describe('Size of /workspace in a container; with the local provisioner, size of one file.'),
  SANDBOX_DIRECTORY: z
    .string()
    .startsWith('/')
    .optional()
    .describe(
      'Directory of the local provisioner, owned by this user. Default: astraforge-<uid> in the temp directory.',
    ),
  SANDBOX_INSTANCE: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/)
    .default('default')
    .describe('Name of this installation on a shared engine; only guests of the same name are ever reaped.'),
}).extend(KubernetesOptions.shape);
export type SandboxOptions = z.infer<typeof SandboxOptions>;

/** Bounds that no installation needs to change. */
export const HOME_BYTES = 256 * MEBIBYTE;
/** See {@link HOME_BYTES}. */
export const TMP_BYTES = 512 * MEBIBYTE;
/** See {@link HOME_BYTES}. */
export const SHARED_MEMORY_BYTES = 64 * MEBIBYTE;
/** Files and directories one mount of a container may hold. */
export const INODES_MAX = 500_000;
/** File descriptors one process may hold. */
export const OPEN_FILES_MAX = 4_096;
/** How much sooner than the host's own processes a guest's are ended when memory runs out, of 1000. */
export const OOM_SCORE = 500;
/** Processes of the local provisioner's user inside one guest (RLIMIT_NPROC). */
export const LOCAL_PROCESSES_MAX = 1_024;

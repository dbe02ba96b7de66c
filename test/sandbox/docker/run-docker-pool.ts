import { createDockerProvisioner } from '../../../sandbox/docker.ts';
import { SandboxOptions } from '../../../sandbox/limits.ts';

const [, , instance, socketRoot] = process.argv;
if (instance === undefined || socketRoot === undefined) throw new Error('usage: run-docker-pool INSTANCE DIRECTORY');

/** A sandbox process of its own with one container that waits, for tests that kill it. */
const { CODEX_WORKSPACE_IMAGE: image } = SandboxOptions.parse({});
const limits = { pidsMax: 256, memoryBytes: 512 * 1024 * 1024, cpus: 1, workspaceBytes: 64 * 1024 * 1024 };
const provisioner = createDockerProvisioner({
  ...limits,
  image,
  instance,
  socketRoot,
  imagesAllowed: [],
  poolSize: 1,
  onProgress: () => undefined,
});
await provisioner.ready();
setInterval(() => undefined, 60_000);

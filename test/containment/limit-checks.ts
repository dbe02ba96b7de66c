import { checksOf } from './check.ts';
import type { Check } from './check.ts';

const COMMON = { category: 'limits', threats: ['T29'], control: 'loose' } as const;
const MEBIBYTE = 1024 * 1024;

/** What the guest under test may have; each probe asks for more. */
export const GUEST_LIMITS = {
  pidsMax: 200,
  memoryBytes: 1024 * MEBIBYTE,
  cpus: 0.3,
  workspaceBytes: 64 * MEBIBYTE,
} as const;

const PIDS_ASKED = 400;
const MEMORY_ASKED = 1536 * MEBIBYTE;
const FILES_ASKED = 5_000;
const INODES_MOST = 500_000;
const SECONDS_OF_CPU = 1;
const OOM_SCORE_LEAST = 500;

/** Nobody beside a workspace suffers from what happens in it. */
export const LIMIT_CHECKS: readonly Check[] = checksOf(COMMON, [
  ['processes', ['fork', PIDS_ASKED]],
  ['threads', ['threads', PIDS_ASKED]],
  ['memory', ['memory', MEMORY_ASKED]],
  ['swap', ['swap']],
  ['disk./workspace', ['disk', '/workspace', 80 * MEBIBYTE]],
  ['disk./home/agent', ['disk', '/home/agent', 300 * MEBIBYTE]],
  ['disk./tmp', ['disk', '/tmp', 560 * MEBIBYTE]],
  ['disk./dev/shm', ['disk', '/dev/shm', 80 * MEBIBYTE]],
  ['size./workspace', ['size_bound', '/workspace', 80 * MEBIBYTE]],
  ['size./home/agent', ['size_bound', '/home/agent', 300 * MEBIBYTE]],
  ['size./tmp', ['size_bound', '/tmp', 560 * MEBIBYTE]],
  ['inodes./workspace', ['inode_bound', '/workspace', INODES_MOST]],
  ['inodes./home/agent', ['inode_bound', '/home/agent', INODES_MOST]],
  ['inodes./tmp', ['inode_bound', '/tmp', INODES_MOST]],
  ['descriptors', ['descriptors', FILES_ASKED]],
  ['core', ['core_file']],
  ['processor.quota', ['processor', GUEST_LIMITS.cpus]],
  ['processor.held-back', ['throttled', SECONDS_OF_CPU]],
  ['oom-score', ['spared_by_oom', OOM_SCORE_LEAST]],
]);

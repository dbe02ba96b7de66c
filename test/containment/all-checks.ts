import type { Check } from './check.ts';
import { FILE_CHECKS } from './file-checks.ts';
import { IDENTITY_CHECKS } from './identity-checks.ts';
import { LIMIT_CHECKS } from './limit-checks.ts';
import { NETWORK_CHECKS } from './network-checks.ts';
import { PROXY_CHECKS } from './proxy-checks.ts';
import { SECRET_CHECKS } from './secret-checks.ts';
import { SYSCALL_CHECKS } from './syscall-checks.ts';

/** Every check, in the order in which they are tried: what takes all that a guest may have comes last. */
export const ALL_CHECKS: readonly Check[] = [
  ...SYSCALL_CHECKS,
  ...IDENTITY_CHECKS,
  ...FILE_CHECKS,
  ...SECRET_CHECKS,
  ...NETWORK_CHECKS,
  ...PROXY_CHECKS,
  ...LIMIT_CHECKS,
];

import type { GuestPaths } from '#core/ports/provisioner.ts';

/** Where things are inside every guest, whatever it is made with; the image and the bubblewrap arguments follow this. */
export const GUEST_PATHS: GuestPaths = { workspace: '/workspace', home: '/home/agent', sockets: '/run/astraforge' };

/** User and group id of everything that runs in a guest; never 0. */
export const GUEST_USER_ID = 10_001;

/** Host name inside, the same everywhere, so that nothing of the host shows. */
export const GUEST_HOST_NAME = 'guest';

/** Loopback port inside at which the model answers; must equal the one in `image/`. */
export const FORWARDER_PORT = 8101;

/** Loopback port inside at which the egress proxy answers; must equal the one in `image/`. */
export const EGRESS_PORT = 3128;

const EGRESS_PROXY = `http://127.0.0.1:${EGRESS_PORT}`;
/** What never goes through the proxy: the guest itself, and so the model. */
const WITHOUT_PROXY = '127.0.0.1,localhost';

/**
 * The whole environment of a command, before its own `env`; a command can add to it, the host never does. Programs differ in
 * the case in which they look for a proxy: curl and git take `http_proxy` in lower case only (curl(1), "ENVIRONMENT"). Node
 * heeds a proxy only when told to, from 22.21 and 24 on. What would only call home without being asked is off.
 */
export const GUEST_ENV: Readonly<Record<string, string>> = {
  PATH: '/opt/astraforge/bin:/opt/codex/bin:/usr/local/bin:/usr/bin:/bin:/home/agent/.local/bin',
  HOME: GUEST_PATHS.home,
  LANG: 'C.UTF-8',
  HTTP_PROXY: EGRESS_PROXY,
  HTTPS_PROXY: EGRESS_PROXY,
  http_proxy: EGRESS_PROXY,
  https_proxy: EGRESS_PROXY,
  NO_PROXY: WITHOUT_PROXY,
  no_proxy: WITHOUT_PROXY,
  NODE_USE_ENV_PROXY: '1',
  GIT_TERMINAL_PROMPT: '0',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  // Debian keeps pip off its own packages, which are read-only here anyway: pip then installs into the home directory.
  PIP_BREAK_SYSTEM_PACKAGES: '1',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_INPUT: '1',
};

/** Script that keeps a guest's doors open; `image/forward.mjs` in the source tree. */
export const FORWARDER_PATH = '/opt/astraforge/forward.mjs';

import type { GuestPaths } from '#core/ports/provisioner.ts';

/** Where things are inside every guest, whatever it is made with; the image and the bubblewrap arguments follow this. */
export const GUEST_PATHS: GuestPaths = { workspace: '/workspace', home: '/home/agent', sockets: '/run/astraforge' };

/** User and group id of everything that runs in a guest; never 0. */
export const GUEST_USER_ID = 10_001;

/** Host name inside, the same everywhere, so that nothing of the host shows. */
export const GUEST_HOST_NAME = 'guest';

/** The whole environment of a command, before its own `env`; a command can add to it, the host never does. */
export const GUEST_ENV: Readonly<Record<string, string>> = {
  PATH: '/opt/astraforge/bin:/opt/codex/bin:/usr/local/bin:/usr/bin:/bin',
  HOME: GUEST_PATHS.home,
  LANG: 'C.UTF-8',
};

/** Script that keeps a guest's door to the model open; `image/forward.mjs` in the source tree. */
export const FORWARDER_PATH = '/opt/astraforge/forward.mjs';

/** Loopback port inside at which the model answers; must equal the one in `image/forward.mjs`. */
export const FORWARDER_PORT = 8101;

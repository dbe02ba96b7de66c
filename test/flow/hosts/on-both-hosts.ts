import { afterAll, beforeAll } from 'vitest';
import type { ServiceName } from '../../services/missing-services.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openGitHub } from './github-host.ts';
import { openGitLab } from './gitlab-host.ts';
import type { HostOptions } from './host-options.ts';
import { sceneOn, type Scene } from './scene-on.ts';
import type { Host, PagedProvider } from './scene.ts';

/** A host to play on. */
export interface HostChoice {
  readonly provider: PagedProvider;
  readonly name: string;
  readonly open: (options: HostOptions) => Promise<Host>;
}

/** For what does not depend on the host. */
export const GITHUB: HostChoice = { provider: 'github', name: 'GitHub', open: openGitHub };

/** For what GitLab alone has. */
export const GITLAB: HostChoice = { provider: 'gitlab', name: 'GitLab', open: openGitLab };

const HOSTS: readonly HostChoice[] = [GITHUB, GITLAB];

/** One suite, played on both hosts with the real Codex CLI in local workspaces; test names say on which. */
export function onBothHosts(title: string, body: (host: HostChoice) => void): void {
  onBothHostsWith(SERVICES, title, body);
}

/** The same with other parts of the machine. */
export function onBothHostsWith(
  services: readonly ServiceName[],
  title: string,
  body: (host: HostChoice) => void,
): void {
  for (const host of HOSTS) describeWith(services, `${title}: ${host.name}`, () => body(host));
}

const SERVICES: readonly ServiceName[] = ['codex', 'confinement'];

/**
 * Opens a scene before the tests of the describe it is called in, and closes it after them; all of them share it, so each
 * test makes a thread of its own. `ada` may write, `mia` maintains, `rita` may read.
 */
export function play(host: HostChoice, options: HostOptions | (() => HostOptions)): () => Scene {
  let scene: Scene | undefined;
  beforeAll(async () => {
    scene = sceneOn(await host.open(typeof options === 'function' ? options() : options));
    for (const [login, role] of [
      ['ada', 'write'],
      ['mia', 'maintain'],
      ['rita', 'read'],
    ] as const)
      scene.setRole(login, role);
  });
  afterAll(async () => {
    scene?.assertNoViolations();
    await scene?.[Symbol.asyncDispose]();
  });
  return () => {
    if (scene === undefined) throw new Error('the scene is not open yet');
    return scene;
  };
}

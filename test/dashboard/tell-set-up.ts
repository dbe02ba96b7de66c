import type { Settings } from '#core/contracts/http/settings.ts';
import type { ApiScene } from '../app/http/api/api-scene.ts';

type Part = Settings['health'][number];

/** Notes what a worker with a container engine, one Git host and a model that limits it would say of itself. */
export async function tellSetUp({ opened }: ApiScene): Promise<void> {
  const checked_at = new Date().toISOString();
  const part = (name: Part['name'], state: Part['state'], detail: string | null, latency_ms: number | null): Part => {
    return { name, state, detail, latency_ms, checked_at };
  };
  await opened.store.processNotes.write({
    process: 'workers',
    instance: 'of-a-test',
    version: '0.0.0',
    variables: [],
    health: [
      part('workspaces', 'up', 'docker', 14),
      part('github', 'up', null, 183),
      part('gitlab', 'off', null, null),
      part('model', 'down', 'It answered 429: too many requests', 240),
    ],
  });
}

import type { ApiScene } from '../app/http/api/api-scene.ts';

/** Notes what a worker with a container engine, one Git host and a model that limits it would say of itself. */
export async function tellSetUp({ opened }: ApiScene): Promise<void> {
  const checked_at = new Date().toISOString();
  await opened.store.processNotes.write({
    process: 'workers',
    instance: 'of-a-test',
    version: '0.0.0',
    variables: [],
    health: [
      { name: 'workspaces', state: 'up', detail: 'docker', latency_ms: 14, checked_at },
      { name: 'github', state: 'up', detail: null, latency_ms: 183, checked_at },
      { name: 'gitlab', state: 'off', detail: null, latency_ms: null, checked_at },
      { name: 'model', state: 'down', detail: 'It answered 429: too many requests', latency_ms: 240, checked_at },
    ],
  });
}

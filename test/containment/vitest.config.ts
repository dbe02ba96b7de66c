import { defineConfig } from 'vitest/config';
import { runSettings } from '../services/run-settings.ts';

/** The containment suite has a run of its own: it needs an engine, takes the machine's limits to the edge, and leaves nothing out. */
export default defineConfig({
  test: {
    ...runSettings,
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/containment/**/*.test.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    hookTimeout: 600_000,
  },
});

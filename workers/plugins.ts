import type { Executor } from '#core/ports/executor.ts';
import type { Workers } from '../app/config.ts';

/** Executors by id, loaded when chosen. A new agent is one file in `agent/` and one line here (and in EXECUTOR's words). */
const executors: Readonly<Record<Workers['EXECUTOR'], () => Promise<Executor>>> = {
  codex: async () => (await import('./agent/codex-cli.ts')).createCodexExecutor(),
};

/** Opens the executor that the configuration names. */
export function openExecutor(id: Workers['EXECUTOR']): Promise<Executor> {
  return executors[id]();
}

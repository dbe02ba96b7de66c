import type { TokenUsage } from '../domain/run.ts';

/** A run's own door to the model; disposing closes it and removes the socket. */
export interface ModelDoor extends AsyncDisposable {
  /** Host directory holding `llm.sock`, to be shown to the guest read-only. */
  readonly socketDirectory: string;
  /** Tokens used through this door so far. */
  usage(): TokenUsage;
}

/** All that a workspace may reach. One socket per run names the run. */
export interface Gateway {
  open(run: { runId: string; epoch: number }): Promise<ModelDoor>;
}

import type { Duplex } from 'node:stream';
import type { PriceTable } from '#core/domain/run/budget.ts';
import type { TokenUsage } from '#core/domain/run/run.ts';
import type { DoorTerms, RunDoors } from '#core/ports/gateway.ts';
import type { Exchange } from '../model/answer-error.ts';
import { openEgressDoor } from '../egress/egress.ts';
import { relayCall, type Relay } from '../model/relay-call.ts';
import { openAccount } from '../budget/run-account.ts';

/** What the doors of all runs of a process share. */
export interface DoorMeans {
  readonly relay: Relay;
  readonly prices: PriceTable;
  /** Hosts that may resolve to private addresses, when a run may reach them at all. */
  readonly privateHosts: readonly string[];
  /** Bytes one run may send through egress. */
  readonly uploadBytesMax: number;
}

/** What a run may do, whatever kind of door it comes through. */
export type RunTerms = Omit<DoorTerms, 'kind'>;

/** One run's rights at model and egress. It listens on nothing: whoever knows which run is calling hands the call in. */
export interface RunDoor extends Pick<RunDoors, 'usage' | 'costUsd' | 'exhausted'> {
  readonly runId: string;
  readonly epoch: number;
  usage(): TokenUsage;
  /** Model requests refused so far. */
  refused(): number;
  /** Counts and reports something that was refused at the model's side of the door. */
  refuse(what: string): void;
  /** Answers a call at the model. */
  model(exchange: Exchange): void;
  /** Takes over a connection to the egress proxy. */
  egress(socket: Duplex): void;
  /** Ties a connection to the run, so that it is cut with it; false when the run has too many or is over. */
  hold(socket: Duplex): boolean;
  /** Cuts everything of the run; what was used is final when it resolves. Idempotent. */
  end(): Promise<void>;
}

/** One run has a handful of calls under way, each on a connection of its own, and a package manager some dozens. */
export const CONNECTIONS_MAX = 128;

/**
 * Opens a run's rights under its terms.
 * @throws AppError `invalid` for an egress host that is no DNS name, or a limit in money without a price.
 */
export function openRunDoor(run: { runId: string; epoch: number }, terms: RunTerms, means: DoorMeans): RunDoor {
  const { logger } = means.relay;
  const held = new Set<Duplex>();
  const calls = new Set<Promise<void>>();
  let over = false;
  const account = openAccount(run, {
    budget: terms.budget,
    models: terms.models,
    prices: means.prices,
    onRefused: (what) => terms.onRefused({ door: 'model', what }),
    now: Date.now,
  });
  const egress = openEgressDoor({
    hosts: terms.egress,
    privateHosts: means.privateHosts,
    limits: { uploadBytesMax: means.uploadBytesMax },
    onRefused: (what) => terms.onRefused({ door: 'egress', what }),
    logger,
  });
  return {
    ...run,
    usage: account.usage,
    costUsd: account.costUsd,
    exhausted: account.exhausted,
    refused: account.refused,
    refuse: account.refuse,
    model(exchange) {
      const call = relayCall(means.relay, account, exchange);
      calls.add(call);
      void call.finally(() => calls.delete(call));
    },
    egress: egress.accept,
    hold(socket) {
      if (held.has(socket)) return true;
      if (over || held.size >= CONNECTIONS_MAX) return false;
      held.add(socket);
      socket.once('close', () => held.delete(socket));
      return true;
    },
    async end() {
      const first = !over;
      over = true;
      account.end();
      for (const socket of held) socket.destroy();
      await Promise.all([egress.close(), ...calls]);
      if (first) logger.info({ ...run, refused: account.refused(), ...account.usage() }, 'doors of a run closed');
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Run } from '#core/domain/run/run.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import type { AgentResult } from '#core/ports/executor.ts';
import type { GuestCommand, GuestExit } from '#core/ports/provisioner.ts';
import type { Workspace } from '#core/ports/workspace.ts';
import { executeRun, type ExecuteRunDeps } from '#core/usecases/run/execute-run.ts';
import { aRequest, aRun } from '../../domain/samples.ts';
import { hostOf } from './memory-host.ts';
import { effectsOf, never, runsOf, silentConversations, type RunRecord } from './memory-record.ts';

/** Time passes a hundred times as fast here. */
const HASTE = 100;
/** Tokens a run may use. */
export const TOKENS_MAX = 1_000;
/** What an agent says that did its work. */
export const SUCCEEDED: AgentResult = {
  outcome: 'succeeded',
  reason: null,
  finalMessage: 'Done.',
  commands: [],
  session: null,
};
/** Never answers. */
export const silent = (): Promise<never> => new Promise<never>(() => undefined);

/** What a test puts in the place of something that works. */
export interface Differences {
  readonly run?: Partial<Run>;
  readonly request?: Partial<WorkRequest>;
  readonly patch?: string;
  readonly execute?: (scene: RunScene) => Promise<AgentResult>;
  readonly workspace?: Partial<Pick<Workspace, 'collectPatch' | 'setUp'>> & { readonly dispose?: () => Promise<void> };
  readonly onPush?: (scene: RunScene, branch: string) => void;
  /** What the configuration of the repository says; nothing unless set. */
  readonly config?: object;
  /** What a command in the workspace comes to. */
  readonly exec?: (scene: RunScene, command: GuestCommand) => Promise<GuestExit>;
  readonly reap?: ExecuteRunDeps['workspaces']['reap'];
}

/** One run on record, with ports that live in memory. */
export interface RunScene extends RunRecord {
  readonly deps: ExecuteRunDeps;
  readonly budgets: number[];
  /** What was handed to workspaces so far: a commit, and the patch on top of it. */
  readonly bundles: string[];
  /** Tokens to be counted by the doors of this try. */
  spend: number;
  readonly shutdown: AbortController;
  /** Lets a worker take the run up. */
  work(): Promise<void>;
}

/** Opens the scene. */
export function runScene(differences: Differences = {}): RunScene {
  const patch = differences.patch === undefined ? undefined : Buffer.from(differences.patch);
  const seen: string[] = [];
  const shutdown = new AbortController();
  const scene: RunScene = {
    run: aRun(differences.run),
    request: aRequest(differences.request),
    result: patch && { patch, session: null },
    seen,
    budgets: [],
    bundles: [],
    spend: 0,
    shutdown,
    get deps() {
      return deps;
    },
    work: () => executeRun(deps, scene.run.id, shutdown.signal),
  };
  const deps = depsOf(scene, differences);
  return scene;
}

function depsOf(scene: RunScene, differences: Differences): ExecuteRunDeps {
  const { seen } = scene;
  const say = (_: unknown, message: string): void => void seen.push(message);
  return {
    store: {
      runs: runsOf(scene),
      effects: effectsOf(),
      conversations: silentConversations(),
      attachments: { of: async () => [] },
      incidents: { ofRequest: async () => undefined, takePaths: async () => [] },
    },
    holder: 'the test',
    stream: { publish: async () => undefined },
    redactor: { register: () => () => undefined, redact: (text) => text, holdsSecret: () => false },
    runtime: {
      now: () => new Date().toISOString(),
      id: () => 'an id',
      wait: (ms, signal) => delay(ms / HASTE, undefined, signal && { signal }).catch(() => undefined),
      sha256: () => '0',
    },
    logger: { debug: say, info: say, warn: say, error: say },
    parseYaml: () => ({ kind: 'value', value: differences.config ?? {}, lineOf: () => 1 }),
    author: async () => ({ name: 'bot', email: 'bot@example.com' }),
    prompts: { render: () => 'prompt' },
    publicUrl: undefined,
    ...placesOf(scene, differences),
    ...hostOf(scene, differences),
  };
}

function placesOf(scene: RunScene, { execute, exec, workspace = {}, reap }: Differences) {
  const room: Workspace = {
    provisioner: 'memory',
    guest: {
      id: 'g',
      madeFrom: 'x',
      paths: { workspace: '/w', home: '/h', sockets: '/s' },
      ...idle,
      ...(exec === undefined ? {} : { exec: (command) => exec(scene, command) }),
    },
    load: async () => undefined,
    setUp: workspace.setUp ?? never,
    collectPatch: workspace.collectPatch ?? (async () => Buffer.from('a patch')),
    [Symbol.asyncDispose]: workspace.dispose ?? (async () => undefined),
  };
  return {
    agent: { ...limits, model: 'm', models: ['m'], reasoningEffort: 'low' },
    executor: { name: 'agent', execute: () => execute?.(scene) ?? Promise.resolve(SUCCEEDED) },
    workspaces: {
      provisioner: 'memory',
      doors: 'sockets' as const,
      ready: async () => undefined,
      open: async () => room,
      reap: reap ?? (async () => 0),
    },
    gateway: {
      open: async (_: unknown, terms: { budget: { tokensMax: number } }) => {
        scene.spend = 0;
        scene.budgets.push(terms.budget.tokensMax);
        return {
          doors: { kind: 'sockets' as const, directory: '/d' },
          usage: () => ({ inputTokens: scene.spend, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 }),
          costUsd: () => null,
          exhausted: () => (terms.budget.tokensMax === 0 ? ('tokens' as const) : null),
          [Symbol.asyncDispose]: async () => undefined,
        };
      },
    },
  };
}

const idle = { exec: never, upload: never, download: never, destroy: async () => undefined };
const limits = {
  timeoutMs: 10_000,
  idleMs: 10_000,
  outputBytesMax: 1_000,
  tokensMax: TOKENS_MAX,
  costUsdMax: null,
  setUpTimeoutMs: 1_000,
  patchBytesMax: 1_000,
};

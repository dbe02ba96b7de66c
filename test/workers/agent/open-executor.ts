import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { RunLogEntry } from '#core/contracts/run-log.ts';
import type { AgentResult, AgentTask } from '#core/ports/executor.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import type { Workspace } from '#core/ports/workspace.ts';
import { createLocalProvisioner } from '../../../sandbox/local.ts';
import { createCodexExecutor } from '../../../workers/agent/codex-cli.ts';
import { createGateway, type LlmDoor } from '../../../workers/gateway/model/llm-proxy.ts';
import type { Scenario } from '../../fakes/model/scenario.ts';
import { startScriptedModel, type ScriptedModel } from '../../fakes/model/scripted-model.ts';

/** The real Codex in a real local guest, behind the real proxy, in front of a scripted model. */
export interface OpenExecutor extends AsyncDisposable {
  readonly guest: Guest;
  readonly door: LlmDoor;
  readonly model: ScriptedModel;
  readonly entries: RunLogEntry[];
  /** Lets Codex work on `/workspace`. */
  execute(task?: Partial<AgentTask>): Promise<AgentResult>;
}

const FILE_BYTES_MAX = 64 * 1024 * 1024;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const MODEL = 'gpt-5.5';
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** Opens all of them; `guest` may put something in the place of what the provisioner made. */
export async function openExecutor(
  scenario: Scenario | readonly Scenario[],
  guestOf: (guest: Guest) => Guest = (guest) => guest,
): Promise<OpenExecutor> {
  const directory = await mkdtemp(join(tmpdir(), 'ex-'));
  const model = await startScriptedModel({ scenario });
  const gateway = await createGateway({ upstream: model, directory, logger: QUIET });
  const labels = { runId: randomUUID(), epoch: 1 };
  const door = await gateway.open(labels, {
    kind: 'sockets',
    budget: { tokensMax: 1_000_000, costUsdMax: null, deadline: '2100-01-01T00:00:00.000Z' },
    models: [MODEL],
    egress: [],
    onRefused: ignore,
  });
  const provisioner = createLocalProvisioner({
    directory: join(directory, 'guests'),
    instance: 'test',
    searchPath: '/usr/bin:/bin',
    fileBytesMax: FILE_BYTES_MAX,
  });
  const real = await provisioner.create({ labels, doors: door.doors });
  const guest = guestOf(real);
  const entries: RunLogEntry[] = [];
  return {
    guest,
    door,
    model,
    entries,
    execute: (task = {}) =>
      createCodexExecutor().execute(workspaceOf(guest), {
        prompt: 'Please do it.\n',
        resume: null,
        images: [],
        model: { name: MODEL, reasoningEffort: 'high' },
        timeoutMs: TIMEOUT_MS,
        idleMs: TIMEOUT_MS,
        outputBytesMax: OUTPUT_BYTES_MAX,
        signal: new AbortController().signal,
        onEntry: (entry) => entries.push(entry),
        ...task,
      }),
    async [Symbol.asyncDispose]() {
      await real.destroy();
      await gateway[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An executor reads nothing of a workspace but its guest. */
function workspaceOf(guest: Guest): Workspace {
  const never = (): Promise<never> => Promise.reject(new Error('an executor must not do this'));
  return { provisioner: 'local', guest, load: never, setUp: never, collectPatch: never, [Symbol.asyncDispose]: never };
}

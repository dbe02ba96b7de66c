import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import type { TestProject } from 'vitest/node';
import { OWN_IMAGE } from '../../sandbox/limits.ts';
import { engineFacts, STRONG_RUNTIME, STRONG_RUNTIME_ARGUMENTS } from '../../sandbox/profile.ts';
import type { EngineFacts } from '../../sandbox/profile.ts';
import { runCommand } from '../cluster/run-command.ts';
import { createUndo } from '../containment/undo.ts';
import { startPrivateEngine } from '../long/private-engine.ts';
import { standBeforeEngine } from './current-engine.ts';
import { findRunsc } from '../services/find-runsc.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The private engine as it is, without anybody who stands before it. */
    readonly strongEngine: { readonly socketPath: string; readonly facts: EngineFacts; readonly runscDate: number };
  }
}

/** Told to the engine, which otherwise says nothing of it before it is used. */
const BRIDGE_ADDRESS = '172.17.0.1/16';
/** A card of the host besides the loopback and the engine's bridge, of a range for measurements (RFC 2544). */
const CARD = { name: 'card0', address: '198.18.0.1/24', gateway: '198.18.0.2' } as const;

/**
 * Starts, in the network namespace that `main.ts` made, an engine with gVisor, and points everything that starts later to it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runsc = await findRunsc();
  if (!runsc.found) throw new Error(runsc.reason);
  await furnishNetwork();
  const undo = createUndo();
  const runtimes = { [STRONG_RUNTIME]: { path: runsc.value.path, runtimeArgs: STRONG_RUNTIME_ARGUMENTS } };
  const configuration = { runtimes, bip: BRIDGE_ADDRESS };
  const engine = await startPrivateEngine(OWN_IMAGE, { hasBridge: true, configuration });
  undo.add(() => engine[Symbol.asyncDispose]());
  const directory = await mkdtemp('/tmp/afs-');
  undo.add(() => rm(directory, { recursive: true, force: true }));
  const [enginePath, socketPath] = [engine.host.replace('unix://', ''), join(directory, 'docker.sock')];
  const front = await standBeforeEngine(enginePath, socketPath);
  undo.add(() => front[Symbol.asyncDispose]());
  const client = new Docker({ socketPath: enginePath });
  const facts = engineFacts(await client.info(), await client.version());
  project.provide('strongEngine', { socketPath: enginePath, facts, runscDate: runsc.value.date });
  process.env['DOCKER_HOST'] = `unix://${socketPath}`;
  return async () => undo[Symbol.asyncDispose]();
}

/** A new network namespace has a loopback that is down, and nothing else. */
async function furnishNetwork(): Promise<void> {
  const { name, address, gateway } = CARD;
  for (const change of [
    ['link', 'set', 'lo', 'up'],
    ['link', 'add', name, 'type', 'bridge'],
    ['address', 'add', address, 'dev', name],
    ['link', 'set', name, 'up'],
    ['route', 'add', 'default', 'via', gateway],
  ])
    await runCommand('ip', change);
}

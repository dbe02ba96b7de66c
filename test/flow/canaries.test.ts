import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { secretsEcho } from '../fakes/model/secrets-echo.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, settled, type Outcome } from './ask.ts';
import { secretForms } from './secret-forms.ts';
import { openWorld, until, type World } from './world.ts';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Everything the container engine knows of a workspace while its agent runs, and its file system as a tar. */
async function inspectContainer(runId: string): Promise<string> {
  const docker = async (...args: string[]): Promise<string> =>
    (await run('docker', args, { maxBuffer: OUTPUT_BYTES_MAX, encoding: 'latin1' })).stdout;
  const id = (await docker('ps', '-q', '--filter', `name=${runId}`)).trim();
  const processes = 'for p in /proc/[0-9]*; do cat $p/environ $p/cmdline; done 2>/dev/null; true';
  const files = 'cd / && tar -cf - workspace home tmp run etc 2>/dev/null; true';
  const parts = [
    ['inspect', id],
    ['exec', id, 'sh', '-c', processes],
    ['exec', id, 'sh', '-c', files],
  ];
  // An engine that is told to keep no log refuses to show one.
  const log = docker('logs', id).catch((refusal: unknown) => String(refusal));
  return (await Promise.all([...parts.map((args) => docker(...args)), log])).join('\n');
}

function canaries(provisioner: 'docker' | 'local'): void {
  let world: World;
  let outcome: Outcome;
  const places = new Map<string, string>();

  beforeAll(async () => {
    world = await openWorld({ scenario: secretsEcho, env: { PROVISIONER: provisioner, LOG_LEVEL: 'debug' } });
    const { issue } = await ask(world, '@astraforge show all you can see');
    if (provisioner === 'docker') {
      await until('the agent to look around', () => world.model.requests.length >= 2);
      const requestId = await until('the request', () => world.github.checkRuns(world.repository)[0]?.externalId);
      const read = await world.astraforge.shared.store.runs.readRequest(requestId);
      places.set('the container', await inspectContainer(read?.run.id ?? ''));
    }
    outcome = await settled(world, issue, 120_000);
    const { store } = world.astraforge.shared;
    const read = await store.runs.readRequest(outcome.requestId);
    const session = (await store.runs.readResult(read?.run.id ?? ''))?.session?.record ?? new Uint8Array();
    places.set(
      'what the agent saw and sent to the model',
      JSON.stringify(world.model.requests.map(({ body }) => body)),
    );
    places.set('the session', Buffer.from(session).toString('latin1'));
    places.set('the run log', JSON.stringify(await store.log.readLog(outcome.requestId, 0, 100_000)));
    places.set('the check run', JSON.stringify(outcome.check));
    places.set('comments and pull requests', JSON.stringify([outcome.comments, outcome.pulls]));
    places.set('the process log', world.logs.join('\n'));
  }, 180_000);
  afterAll(() => world[Symbol.asyncDispose]());

  it('the agent really looked: its own environment and processes are in the log', () => {
    expect(world.model.unexpected).toEqual([]);
    expect(outcome.check.conclusion).toBe('neutral');
    expect(places.get('what the agent saw and sent to the model')).toContain('HOME=/home/agent');
    expect(places.get('what the agent saw and sent to the model')).toContain('mountinfo');
    if (provisioner === 'docker') expect(places.get('the container')).toContain('CapDrop');
  });

  it('no secret, in no form, is anywhere the agent or the public can see', () => {
    const secrets = [...world.github.secrets(), world.model.apiKey].filter((secret) => secret.length >= 20);
    expect(secrets.length).toBeGreaterThan(10);
    const found = [...places].flatMap(([place, text]) =>
      secrets.flatMap((secret) =>
        secretForms(secret).some((form) => text.includes(form)) ? [`${place}: ${secret.slice(0, 12)}…`] : [],
      ),
    );
    expect(found).toEqual([]);
  });

  it('the search would have found one: a planted secret is seen in every form', () => {
    const planted = world.model.apiKey;
    for (const form of secretForms(planted))
      expect(secretForms(planted).some((known) => `text ${form} text`.includes(known))).toBe(true);
    expect(JSON.stringify(world.model.requests.map(({ headers }) => headers))).toContain(planted);
  });
}

describeWith(['codex', 'confinement'], 'no secret enters a local workspace', () => canaries('local'));
describeWith(['codex', 'docker'], 'no secret enters a docker workspace', () => canaries('docker'));

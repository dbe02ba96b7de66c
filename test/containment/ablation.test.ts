import { randomUUID } from 'node:crypto';
import type { ContainerCreateOptions } from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_CHECKS } from './all-checks.ts';
import { startContainer } from './containers.ts';
import type { TestContainer } from './containers.ts';
import { GUEST_LIMITS } from './limit-checks.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { runProbes } from './run-probes.ts';
import { createUndo } from './undo.ts';
import { openWorld } from './world.ts';
import type { World } from './world.ts';
import { containerSpec } from '../../sandbox/docker/spec.ts';
import { OWN_IMAGE } from '../../sandbox/limits.ts';
import { expectedContainer } from '../../sandbox/verify/expected.ts';
import { faultsOf } from '../../sandbox/verify/faults.ts';
import { readReport, REPORT_COMMAND } from '../../sandbox/verify/report.ts';

const MUTANTS_MIN = 20;
const LIMITS = { ...GUEST_LIMITS, image: OWN_IMAGE, instance: 'ablation' };
/** A workspace as it is made for a run, but that nobody talks to it. */
const ASLEEP = { Entrypoint: ['sleep', '600'], Cmd: [], OpenStdin: false, StdinOnce: false, AttachStdin: false };

describe('a workspace that lacks one of its walls', () => {
  const undo = createUndo();
  let world: World;
  beforeAll(async () => {
    world = await openWorld(undo);
  });
  afterAll(() => undo[Symbol.asyncDispose]());

  function build(mutant?: Mutant): ContainerCreateOptions {
    const plan = { name: `ablation-${randomUUID().slice(0, 8)}`, labels: {}, imageId: OWN_IMAGE };
    const spec = containerSpec({ ...plan, socketDirectory: world.socketDirectory }, LIMITS);
    const { HostConfig: host = {} } = spec;
    return { ...spec, ...ASLEEP, ...mutant?.container, HostConfig: { ...host, ...mutant?.host?.(host) } };
  }

  async function reached({ run }: TestContainer, ids: readonly string[]): Promise<string[]> {
    const checks = ALL_CHECKS.filter(({ id }) => ids.includes(id));
    expect(checks.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const answers = await runProbes(run, checks, world.facts);
    return ids.filter((id) => answers.get(id)?.reached);
  }

  async function faults({ run }: TestContainer): Promise<string[]> {
    return faultsOf(readReport(await run(REPORT_COMMAND, '')), expectedContainer(LIMITS));
  }

  test('as it is, no check that a mutant must fail is reached, and nothing is found inside', async () => {
    const container = await startContainer(build(), undo);
    const ids = [...new Set(MUTANTS.flatMap(({ checks }) => checks))];
    expect(await reached(container, ids)).toEqual([]);
    expect(await faults(container)).toEqual([]);
  });

  test.each(MUTANTS.map((mutant) => [mutant.id, mutant] as const))('%s: the suite turns red', async (_id, mutant) => {
    const own = createUndo();
    try {
      const container = await startContainer(build(mutant), own);
      expect(await reached(container, mutant.checks)).not.toEqual([]);
      const found = await faults(container);
      if (mutant.seenInside) expect(found).not.toEqual([]);
    } finally {
      await own[Symbol.asyncDispose]();
    }
  });

  test(`there are at least ${MUTANTS_MIN} of them, each with a name of its own`, () => {
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(MUTANTS_MIN);
  });
});

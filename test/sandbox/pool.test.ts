import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestSpec } from '#core/ports/provisioner.ts';
import type { Cell } from '../../sandbox/cell.ts';
import { openPool } from '../../sandbox/pool.ts';
import type { GuestPool } from '../../sandbox/pool.ts';
import { eventually } from '../contract/eventually.ts';

const SPEC: GuestSpec = {
  labels: { runId: 'run_1', epoch: 1 },
  doors: { kind: 'sockets', directory: '/doors' },
};

/** A place of the test's making, and what became of it. */
interface Place {
  readonly id: string;
  readonly image: string;
  readonly isForRun: boolean;
  isDead: boolean;
  assigned: number;
  destroyed: number;
  die(): void;
}

interface Scene {
  readonly pool: GuestPool;
  readonly places: Place[];
  readonly failures: string[];
  /** Thrown by whatever is made next, for so long as it is set. */
  fault: AppError | null;
  waiting(image?: string): Place[];
}

function openScene(size: number): Scene {
  const places: Place[] = [];
  const failures: string[] = [];
  const make = async (image: string, run?: unknown): Promise<Cell> => {
    if (scene.fault !== null) throw scene.fault;
    let die = (): void => undefined;
    const closed = new Promise<void>((resolve) => (die = resolve));
    const id = `place ${places.length}`;
    const place: Place = { id, image, isForRun: run !== undefined, isDead: false, assigned: 0, destroyed: 0, die };
    places.push(place);
    return {
      closed,
      assign: async (spec) => {
        if (place.isDead) throw new AppError('missing', 'dead');
        if (spec.doors.kind !== 'sockets') throw new AppError('invalid', 'wrong doors');
        place.assigned += 1;
        return guestIn(id);
      },
      destroy: async () => {
        place.destroyed += 1;
        die();
      },
    };
  };
  const pool = openPool({ size, make, onFailure: ({ message }) => void failures.push(message) });
  onTestFinished(() => pool[Symbol.asyncDispose]());
  const waiting = (image = 'image'): Place[] =>
    places.filter((place) => place.image === image && !place.isForRun && place.assigned + place.destroyed === 0);
  const scene: Scene = { pool, places, failures, fault: null, waiting };
  return scene;
}

function guestIn(id: string): Guest {
  const unused = async (): Promise<never> => expect.fail('not used here');
  const paths = { workspace: '/', home: '/', sockets: '/' };
  return {
    id,
    madeFrom: 'nothing',
    paths,
    exec: unused,
    upload: unused,
    download: unused,
    destroy: async () => undefined,
  };
}

describe('a pool', () => {
  test('gives each place once, and makes another one a little later', async () => {
    const scene = openScene(2);
    scene.pool.warm('image');
    await eventually(async () => scene.waiting().length === 2);
    const guests = await Promise.all([0, 1, 2].map(() => scene.pool.create('image', SPEC)));
    expect(new Set(guests.map(({ id }) => id)).size).toBe(3);
    expect(scene.places.map(({ isForRun }) => isForRun)).toEqual([false, false, true]);
    await eventually(async () => scene.waiting().length === 2);
    expect(scene.places.filter(({ assigned }) => assigned > 1)).toEqual([]);
  });

  test('does not give out a place that died, neither one it knows of nor one it finds out about', async () => {
    const scene = openScene(2);
    scene.pool.warm('image');
    await eventually(async () => scene.waiting().length === 2);
    const [known, unknown] = scene.places;
    known?.die();
    if (unknown !== undefined) unknown.isDead = true;
    await eventually(async () => known?.destroyed === 1);
    expect((await scene.pool.create('image', SPEC)).id).toBe('place 2');
    expect([known, unknown].map((place) => [place?.assigned, (place?.destroyed ?? 0) > 0])).toEqual([
      [0, true],
      [0, true],
    ]);
    await eventually(async () => scene.waiting().length === 2);
  });

  test('keeps places of different images apart, and those of the image unused longest go', async () => {
    const scene = openScene(1);
    for (const image of ['a', 'b', 'c']) scene.pool.warm(image);
    await eventually(async () => ['a', 'b', 'c'].every((image) => scene.waiting(image).length === 1));
    await scene.pool.create('a', SPEC);
    expect(scene.places.filter(({ assigned }) => assigned > 0).map(({ image }) => image)).toEqual(['a']);
    scene.pool.warm('d');
    await eventually(async () => scene.waiting('d').length === 1 && scene.waiting('b').length === 0);
    expect(scene.waiting('c')).toHaveLength(1);
  });

  test('that cannot make places says so and tries again, while nobody is hindered', async () => {
    const scene = openScene(1);
    scene.fault = new AppError('unavailable', 'the engine is away');
    scene.pool.warm('image');
    await eventually(async () => scene.failures.length > 0);
    await expect(scene.pool.create('image', SPEC)).rejects.toMatchObject({ code: 'unavailable' });
    scene.fault = null;
    expect((await scene.pool.create('image', SPEC)).id).toBe('place 0');
    await eventually(async () => scene.waiting().length === 1);
  });

  test('spends one place on a specification that is at fault, not all', async () => {
    const scene = openScene(3);
    scene.pool.warm('image');
    await eventually(async () => scene.waiting().length === 3);
    const doors = { kind: 'network', host: 'h', port: 1, token: 't' } as const;
    await expect(scene.pool.create('image', { ...SPEC, doors })).rejects.toMatchObject({ code: 'invalid' });
    expect(scene.places.map(({ destroyed }) => destroyed)).toEqual([1, 0, 0]);
  });

  test('of size 0 makes a place for each guest and none beside', async () => {
    const scene = openScene(0);
    scene.pool.warm('image');
    await scene.pool.create('image', SPEC);
    expect(scene.places.map(({ isForRun }) => isForRun)).toEqual([true]);
  });

  test('that is disposed removes what waits, what is being made, and nothing that a run has', async () => {
    const scene = openScene(2);
    scene.pool.warm('image');
    await eventually(async () => scene.waiting().length === 2);
    await scene.pool.create('image', SPEC);
    await scene.pool[Symbol.asyncDispose]();
    expect(scene.places.map(({ assigned, destroyed }) => [assigned, destroyed])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

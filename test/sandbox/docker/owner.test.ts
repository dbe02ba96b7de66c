import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containerLabels, ownerOf, poolName, runName } from '../../../sandbox/docker/owner.ts';

const labels = containerLabels('default');
/** What an engine takes for a name (Docker Engine API, "ContainerCreate"). */
const ENGINE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

describe('whose a container is', () => {
  test('is read back from the name of one that waited, whatever its run is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), fc.nat(), (runId, epoch) => {
        const name = runName({ runId, epoch });
        expect(name).toMatch(ENGINE_NAME);
        expect(ownerOf({ names: [`/${name}`], labels })).toEqual({ kind: 'run', labels: { runId, epoch } });
      }),
    );
  });

  test('is nobody’s while it waits, and its labels go before its name', () => {
    expect(ownerOf({ names: [`/${poolName()}`], labels })).toEqual({ kind: 'pool' });
    const run = { runId: 'run_1', epoch: 2 };
    const made = containerLabels('default', run);
    expect(ownerOf({ names: ['/renamed'], labels: made })).toEqual({ kind: 'run', labels: run });
    const brought = { 'astraforge.run': 'of the image', 'astraforge.epoch': '1' };
    expect(ownerOf({ names: [`/${poolName()}`], labels: { ...brought, ...labels } })).toEqual({ kind: 'pool' });
  });

  test('is unknown without our labels or with a name of somebody else', () => {
    const name = `/${runName({ runId: 'run_1', epoch: 1 })}`;
    expect(ownerOf({ names: [name], labels: {} })).toEqual({ kind: 'unknown' });
    expect(ownerOf({ names: ['/database'], labels })).toEqual({ kind: 'unknown' });
    expect(ownerOf({ names: [], labels: { ...labels, 'astraforge.run': 'x' } })).toEqual({ kind: 'unknown' });
  });
});

import type { V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { toClusterError } from '../../../sandbox/kubernetes/errors.ts';
import { progressOf } from '../../../sandbox/kubernetes/start.ts';

const pod = (status: V1PodStatus, deleted = false): V1Pod => ({
  metadata: { name: 'p', ...(deleted ? { deletionTimestamp: new Date() } : {}) },
  status,
});
const waiting = (reason: string): V1PodStatus => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'True' }],
  containerStatuses: [
    { name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason } } },
  ],
});
const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'agent text' };

describe('how far a pod is', () => {
  test.each([
    [{ phase: 'Pending' }, 'starting'],
    [waiting('ContainerCreating'), 'starting'],
    [waiting('ErrImagePull'), 'failed'],
    [waiting('ImagePullBackOff'), 'failed'],
    [waiting('InvalidImageName'), 'failed'],
    [waiting('CreateContainerConfigError'), 'failed'],
    [waiting('CrashLoopBackOff'), 'failed'],
    [{ phase: 'Pending', conditions: [unschedulable] }, 'stuck'],
    [{ phase: 'Failed', reason: 'Evicted' }, 'failed'],
    [{ phase: 'Succeeded' }, 'failed'],
  ])('%j is %s', (status, kind) => {
    expect(progressOf(pod(status)).kind).toBe(kind);
  });

  test('a pod that somebody deletes while it starts will not run', () => {
    expect(progressOf(pod(waiting('ContainerCreating'), true))).toEqual({ kind: 'failed', why: 'somebody deleted it' });
  });

  test('what people are shown is our own wording', () => {
    expect(progressOf(pod({ phase: 'Pending', conditions: [unschedulable] }))).toEqual({
      kind: 'stuck',
      why: 'no node has room for it (Unschedulable)',
    });
  });
});

describe('what an API server answers', () => {
  test.each([
    [400, 'invalid'],
    [401, 'denied'],
    [403, 'denied'],
    [404, 'missing'],
    [409, 'conflict'],
    [422, 'invalid'],
    [429, 'limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('%i is %s', (code, expected) => {
    expect(toClusterError(Object.assign(new Error('x'), { code }), 'do it').code).toBe(expected);
  });

  test('no answer is unavailable, a wait that is asked for is passed on, and an error of ours stays', () => {
    const own = new AppError('missing', 'gone');
    expect(toClusterError(own, 'do it')).toBe(own);
    expect(toClusterError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'do it').code).toBe('unavailable');
    const limited = Object.assign(new Error('x'), { code: 429, headers: { 'retry-after': '3' } });
    expect(toClusterError(limited, 'do it')).toMatchObject({ code: 'limited', retryAfterMs: 3_000 });
  });

  test('the words of the server stay in the cause', () => {
    const thrown = Object.assign(new Error('token abc is bad'), { code: 403 });
    const error = toClusterError(thrown, 'create a workspace');
    expect([error.message, error.cause]).toEqual(['create a workspace: the cluster does not allow it', thrown]);
  });
});

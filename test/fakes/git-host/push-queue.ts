/** Whatever has branches of its own; `pushQueue` is the tail of the queue. */
interface Queued {
  pushQueue: Promise<void>;
}

/**
 * Runs `work` when everything queued before it on that repository is done. What moves branches goes through here, so
 * that refs compared before and after belong to one change. Rejects as `work` does; the queue goes on.
 */
export function inPushQueue<T>(repository: Queued, work: () => Promise<T>): Promise<T> {
  const result = repository.pushQueue.then(work);
  repository.pushQueue = result.then(
    () => undefined,
    () => undefined,
  );
  return result;
}

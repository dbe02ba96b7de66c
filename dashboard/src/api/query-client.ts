import { QueryCache, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ApiFailure, hasStatus } from './failure.ts';

const RETRIES_MAX = 2;

/** Whether the server said that it does not know who looks; stays so until the page is opened anew. */
class SignedOut {
  #is = false;
  readonly #listeners = new Set<() => void>();

  readonly say = (): void => {
    this.#is = true;
    for (const listener of this.#listeners) listener();
  };

  readonly get = (): boolean => this.#is;

  readonly listen = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

const signedOut = new SignedOut();

/** Whether nobody is signed in (any more). */
export const useIsSignedOut = (): boolean => useSyncExternalStore(signedOut.listen, signedOut.get);

/** What keeps answers of the API. Only what may pass by itself is tried again. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (thrown) => {
      if (hasStatus(thrown, 401)) signedOut.say();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // Of a server on the same machine or network, what the browser thinks of the internet says nothing.
      networkMode: 'always',
      retry: (count, thrown) => count < RETRIES_MAX && thrown instanceof ApiFailure && !isFinal(thrown.status),
    },
  },
});

const isFinal = (status: number): boolean => status >= 400 && status < 500 && status !== 429;

/** Whether something that is shown could not be read anew. */
const isStale = (): boolean =>
  queryClient
    .getQueryCache()
    .getAll()
    .some((query) => query.isActive() && query.state.status === 'error' && query.state.data !== undefined);

/** Whether what is shown may be old, since the server did not answer when it was asked again. */
export const useIsStale = (): boolean =>
  useSyncExternalStore((listener) => queryClient.getQueryCache().subscribe(listener), isStale);

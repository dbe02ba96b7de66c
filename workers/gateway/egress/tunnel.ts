import type { Duplex } from 'node:stream';

/** The two ends of a tunnel. */
export interface TunnelEnds {
  readonly client: Duplex;
  readonly upstream: Duplex;
}

/** What a tunnel may take, and who counts. */
export interface TunnelTerms {
  readonly idleTimeoutMs: number;
  readonly lifetimeMs: number;
  /** Counts bytes on their way out; false: these must not go. */
  up(bytes: number): boolean;
  down(bytes: number): void;
}

/** How a tunnel ended: by its ends, or cut. */
export type TunnelEnd = 'closed' | 'idle' | 'lifetime' | 'upload';

/**
 * Passes bytes untouched in both directions until both ends are closed. The end of one direction is passed on and leaves the
 * other open; an end that breaks breaks the other, so that a cut answer does not look like a whole one. Never rejects.
 */
export function runTunnel({ client, upstream }: TunnelEnds, terms: TunnelTerms): Promise<TunnelEnd> {
  return new Promise((resolve) => {
    let end: TunnelEnd = 'closed';
    let open = 2;
    const cut = (why: TunnelEnd): void => {
      end = why;
      client.destroy();
      upstream.destroy();
    };
    const idle = setTimeout(() => cut('idle'), terms.idleTimeoutMs);
    const lifetime = setTimeout(() => cut('lifetime'), terms.lifetimeMs);
    const watch = (side: Duplex, other: Duplex): void => {
      const onClose = (): void => {
        if (!side.readableEnded || !side.writableFinished) other.destroy();
        open -= 1;
        if (open > 0) return;
        clearTimeout(idle);
        clearTimeout(lifetime);
        resolve(end);
      };
      if (side.closed) onClose();
      else side.once('close', onClose);
    };
    // Listeners that come before `pipe` are called before it, so that bytes over the limit are not passed on.
    client.on('data', (chunk: Buffer) => {
      idle.refresh();
      if (!terms.up(chunk.length)) cut('upload');
    });
    upstream.on('data', (chunk: Buffer) => {
      idle.refresh();
      terms.down(chunk.length);
    });
    watch(client, upstream);
    watch(upstream, client);
    client.pipe(upstream);
    upstream.pipe(client);
  });
}

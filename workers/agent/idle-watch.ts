/** Watches a stream for silence. */
export interface IdleWatch extends Disposable {
  /** Aborts once nothing was heard for the given time. */
  readonly signal: AbortSignal;
  /** Something was heard. */
  touch(): void;
}

/** Begins to listen; `idleMs` milliseconds of silence abort the signal, once. Disposing ends it. */
export function watchIdle(idleMs: number): IdleWatch {
  const silence = new AbortController();
  // One timer that is moved on: output can come in thousands of pieces a second.
  const timer = setTimeout(() => silence.abort(), idleMs);
  return {
    signal: silence.signal,
    touch: () => void timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

import { connect } from 'node:net';
import { AppError } from '#core/domain/errors.ts';

const CONNECT_MS = 1_500;

/**
 * Resolves when the host of a URL accepts connections. Nothing is asked: what listens there is not bothered, and no limit of
 * calls is used up. Throws AppError `unavailable` that names the host and nothing else of the URL.
 */
export function reachable(address: string): Promise<void> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const fail = (cause?: unknown): void => {
      socket.destroy();
      reject(new AppError('unavailable', `${host}:${port} accepts no connection`, { cause }));
    };
    socket.once('timeout', () => fail());
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

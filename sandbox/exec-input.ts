import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { GuestCommand } from '#core/ports/provisioner.ts';

/**
 * Writes a command's stdin at the pace it reads, then closes that direction only. A command that stops reading early is
 * no error. Rejects only with what the source itself throws; the caller then ends the command.
 */
export async function feedStdin(target: Writable, stdin: GuestCommand['stdin']): Promise<void> {
  const closed = new Promise<'closed'>((resolve) => {
    target.once('close', () => resolve('closed'));
    target.once('error', () => resolve('closed'));
  });
  for await (const chunk of chunksOf(stdin)) {
    if (target.destroyed || target.writableEnded) return;
    if (target.write(chunk)) continue;
    const drained = once(target, 'drain').catch(() => 'closed');
    if ((await Promise.race([drained, closed])) === 'closed') return;
  }
  if (!target.destroyed) target.end();
}

async function* chunksOf(stdin: GuestCommand['stdin']): AsyncGenerator<Uint8Array> {
  if (stdin === undefined) return;
  if (stdin instanceof Uint8Array) yield stdin;
  else yield* stdin;
}

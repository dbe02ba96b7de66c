import { parseDelivery, readDelivery } from '#core/contracts/delivery-body.ts';
import type { InboundEvent } from '#core/domain/host/inbound.ts';
import { Envelope } from './payloads.ts';
import { pullReaders } from './translate-pulls.ts';
import { repositoryReaders } from './translate-repository.ts';
import { threadReaders } from './translate-threads.ts';
import { ignored, type Ignored, type Reader, type Us } from './translation.ts';

/** Event and action to the one function that reads it; whatever is not listed is ignored. */
const READERS: ReadonlyMap<string, Reader> = new Map([...threadReaders, ...pullReaders, ...repositoryReaders]);

const EVENTS: ReadonlySet<string> = new Set([...READERS.keys()].map((key) => key.slice(0, key.indexOf('.'))));

/**
 * Reads one GitHub webhook for us: its event name (`X-GitHub-Event`) and raw JSON body, to what happened, or to the
 * reason why it is ignored. Pure; the body of an event we do not know is never parsed. An edit of a title or body and
 * any other action that is not listed is ignored: a command counts once, when it is first written.
 * @throws AppError `invalid` when a body is not the event it claims to be.
 */
export function createTranslator(us: Us) {
  return (delivery: { event: string; body: Uint8Array }): InboundEvent | Ignored => {
    if (!EVENTS.has(delivery.event)) return ignored(`event ${printable(delivery.event)} is not one of ours`);
    const what = `the ${delivery.event} webhook`;
    const payload = parseDelivery(what, delivery.body);
    return readDelivery(what, () => {
      const { action = '', installation } = Envelope.parse(payload);
      const read = READERS.get(`${delivery.event}.${action}`);
      if (!read) return ignored(`action ${printable(action || 'none')} of ${delivery.event} is not one of ours`);
      if (!installation) return ignored('delivery names no installation, so it is not from an installed App');
      return read(payload, us);
    });
  };
}

const PRINTED_CHARS_MAX = 60;

// The event's name comes from an unsigned header.
function printable(word: string): string {
  return word.replaceAll(/[^\w-]/g, '?').slice(0, PRINTED_CHARS_MAX);
}

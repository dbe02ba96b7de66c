import { StringDecoder } from 'node:string_decoder';

/** Reads a server-sent event stream piece by piece and gives out the data of each whole event. */
export interface SseReader {
  write(chunk: Uint8Array): void;
}

/**
 * The `data` of an event is its data lines joined by line feeds; other fields and comments are skipped. Lines end with
 * LF, CR or CRLF, also when a chunk border falls between the two. An event larger than `charactersMax` is dropped and
 * the stream goes on. Source: HTML Living Standard, 9.2.6 "Interpreting an event stream".
 */
export function createSseReader(charactersMax: number, onData: (data: string) => void): SseReader {
  const decoder = new StringDecoder('utf8');
  let line = '';
  let blank = true;
  let data: string[] = [];
  let size = 0;
  let afterCr = false;

  const keep = (text: string): void => {
    if (text === '') return;
    blank = false;
    size += text.length;
    line = size <= charactersMax ? line + text : '';
  };
  const endLine = (): void => {
    if (blank) {
      if (data.length > 0) onData(data.join('\n'));
      data = [];
      size = 0;
    } else if (size > charactersMax) {
      data = [];
    } else if (line.startsWith('data:')) {
      data.push(line.slice(line[5] === ' ' ? 6 : 5));
    }
    line = '';
    blank = true;
  };

  return {
    write(chunk) {
      const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      let from = 0;
      let lf = text.indexOf('\n');
      let cr = text.indexOf('\r');
      while (lf !== -1 || cr !== -1) {
        const at = lf === -1 || cr === -1 ? Math.max(lf, cr) : Math.min(lf, cr);
        keep(text.slice(from, at));
        if (!(at === 0 && afterCr && lf === 0)) endLine();
        from = at + (at === cr && lf === cr + 1 ? 2 : 1);
        if (lf < from) lf = text.indexOf('\n', from);
        if (cr < from) cr = text.indexOf('\r', from);
      }
      if (text !== '') afterCr = text.endsWith('\r');
      keep(text.slice(from));
    },
  };
}

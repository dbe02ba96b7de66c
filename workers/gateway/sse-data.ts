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
      for (let index = 0; index < text.length; index += 1) {
        const character = text[index];
        if (character !== '\n' && character !== '\r') {
          afterCr = false;
          continue;
        }
        keep(text.slice(from, index));
        from = index + 1;
        if (!(character === '\n' && afterCr)) endLine();
        afterCr = character === '\r';
      }
      keep(text.slice(from));
    },
  };
}

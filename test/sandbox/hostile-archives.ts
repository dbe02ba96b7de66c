import { gzipSync } from 'node:zlib';

/** One member of a crafted archive. `type` as in ustar: 0 file, 1 hard link, 2 symlink, 3 device, 5 directory. */
interface Member {
  readonly name: string;
  readonly type?: '0' | '1' | '2' | '3' | '5';
  readonly mode?: number;
  readonly link?: string;
  readonly content?: string;
}

const BLOCK_BYTES = 512;

/** Archives that no honest guest makes; `outside` is a directory of the host. */
export function hostileArchives(outside: string): readonly (readonly [what: string, archive: Uint8Array])[] {
  const planted = 'planted';
  return [
    ['climbs out with ..', archive([{ name: `workspace/../../../../..${outside}/planted`, content: planted }])],
    ['names absolute paths', archive([{ name: `${outside}/planted`, content: planted }])],
    ['replaces files of the system', archive([{ name: 'etc/passwd', content: 'root::0:0::/:/bin/sh\n' }])],
    [
      'writes through its own symlink',
      archive([
        { name: 'workspace/out', type: '2', link: outside },
        { name: 'workspace/out/planted', content: planted },
      ]),
    ],
    [
      'writes through a symlink that climbs',
      archive([
        { name: 'workspace/up', type: '2', link: `../../../../..${outside}` },
        { name: 'workspace/up/planted', content: planted },
      ]),
    ],
    ['links a file of the system hard', archive([{ name: 'workspace/hard', type: '1', link: '/etc/passwd' }])],
    ['brings a device', archive([{ name: 'workspace/device', type: '3', mode: 0o666 }])],
    [
      'brings set-user and set-group programs of root',
      archive([
        { name: 'workspace/ignored/', type: '5', mode: 0o7777 },
        { name: 'workspace/ignored/suid', mode: 0o6755, content: '#!/bin/sh\nid -u\n' },
      ]),
    ],
    ['locks the workspace', archive([{ name: 'workspace/', type: '5', mode: 0 }])],
  ];
}

/** A gzipped ustar archive (POSIX.1-2017, pax, "ustar Interchange Format") in which everything belongs to root. */
function archive(members: readonly Member[]): Uint8Array {
  return gzipSync(Buffer.concat([...members.flatMap(blocksOf), Buffer.alloc(2 * BLOCK_BYTES)]));
}

function blocksOf({ name, type = '0', mode = 0o755, link = '', content = '' }: Member): Buffer[] {
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  const fields: readonly (readonly [number, string])[] = [
    [0, name],
    [100, octal(mode, 7)],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(content.length, 11)],
    [136, octal(0, 11)],
    [148, ' '.repeat(8)],
    [156, type],
    [157, link],
    [257, 'ustar\x0000'],
    [265, 'root'],
    [297, 'root'],
    [329, octal(1, 7)],
    [337, octal(3, 7)],
  ];
  for (const [at, text] of fields) header.write(text, at, 'latin1');
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    ),
    148,
    'latin1',
  );
  const body = Buffer.alloc(Math.ceil(content.length / BLOCK_BYTES) * BLOCK_BYTES);
  body.write(content, 'latin1');
  return [header, body];
}

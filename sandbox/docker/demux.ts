const HEADER_BYTES = 8;
const LENGTH_OFFSET = 4;
const STDERR = 2;

/** Where the two streams of a container go. */
export interface DemuxTargets {
  stdout(chunk: Uint8Array): void;
  stderr(chunk: Uint8Array): void;
}

/**
 * Takes the engine's attach stream apart, chunk by chunk and without gathering frames: 8 bytes of header (stream number,
 * three zeros, big-endian length), then that many bytes. Source: Docker Engine API, "ContainerAttach", stream format.
 */
export function createDemux(targets: DemuxTargets): (chunk: Uint8Array) => void {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerBytes = 0;
  let frameBytesLeft = 0;
  const emit = (part: Uint8Array): void => (header[0] === STDERR ? targets.stderr(part) : targets.stdout(part));
  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (frameBytesLeft > 0) {
        const part = rest.subarray(0, frameBytesLeft);
        frameBytesLeft -= part.length;
        rest = rest.subarray(part.length);
        emit(part);
        continue;
      }
      const part = rest.subarray(0, HEADER_BYTES - headerBytes);
      header.set(part, headerBytes);
      headerBytes += part.length;
      rest = rest.subarray(part.length);
      if (headerBytes < HEADER_BYTES) return;
      frameBytesLeft = header.readUInt32BE(LENGTH_OFFSET);
      headerBytes = 0;
    }
  };
}

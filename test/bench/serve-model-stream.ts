import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';

/** The part of a request that says how long the answer is to be, in bytes of events besides first and last. */
const Asked = z.object({ metadata: z.object({ bytes: z.coerce.number().int().nonnegative() }) });

const EVENT = `data: ${JSON.stringify({ type: 'response.output_text.delta', delta: 'word '.repeat(180) })}\n\n`;
/** Events handed to the socket at once. */
const BATCH = EVENT.repeat(16);
const FIRST = `data: ${JSON.stringify({ type: 'response.created', response: { id: 'resp_1' } })}\n\n`;
const USAGE = { input_tokens: 10_000, input_tokens_details: { cached_tokens: 9_000 }, output_tokens: 200 };
const LAST = `data: ${JSON.stringify({ type: 'response.completed', response: { id: 'resp_1', usage: USAGE } })}\n\n`;

/** A model that answers at once, as fast as it can be read. Both ways to it, direct and through the proxy, end here. */
function serveModelStream(): void {
  const server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const { metadata } = Asked.parse(JSON.parse(body.toString('utf8')));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(FIRST);
      await writeEvents(response, metadata.bytes);
      response.end(LAST);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the model got no TCP port');
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}/v1` })}\n`);
  });
}

async function writeEvents(response: ServerResponse, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= BATCH.length) {
    if (!response.write(BATCH)) await new Promise((resolve) => response.once('drain', resolve));
  }
}

serveModelStream();

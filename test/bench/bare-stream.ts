import { once } from 'node:events';
import { createServer } from 'node:http';
import { eventFrame } from '../../app/http/api/event-frame.ts';
import { anEvent } from '../contract/store-subject.ts';

const EVENTS = Number(process.env['EVENTS'] ?? 1);
const ids = { id: '00000000-0000-4000-8000-000000000001', requestId: '00000000-0000-4000-8000-000000000002' };
const frames = Array.from({ length: EVENTS }, (_, at) =>
  eventFrame({ position: at + 1, event: anEvent(ids, `line ${at}`) }),
);

// The floor of log streams: frames that are ready, written by plain node:http as fast as each client takes them.
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const tell = async (): Promise<void> => {
    for (const frame of frames) if (!response.write(frame)) await once(response, 'drain');
    response.end();
  };
  void tell();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the bare stream got no TCP port');
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));

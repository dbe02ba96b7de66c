// The only ways out of a guest: two ports of 127.0.0.1 inside lead to two Unix sockets of the host that are bound in
// read-only, or, where host and guest share no directory, through one service on the network that a token opens.
import net from 'node:net';

const LOOPBACK = '127.0.0.1';
const SOCKETS = '/run/astraforge';
const DOORS = [
  { name: 'model', port: 8101, socket: `${SOCKETS}/llm.sock` },
  { name: 'egress', port: 3128, socket: `${SOCKETS}/egress.sock` },
];
/** Connections at one door at a time, so that descriptors are left for commands. */
const CONNECTIONS_MAX = 512;
const HEAD_BYTES_MAX = 8_192;
const CONNECT_TIMEOUT_MS = 10_000;
const HEAD_END = '\r\n\r\n';
const ACCEPTED = /^HTTP\/1\.[01] 200[ \r]/;

/** What breaks on one side breaks the other: a cut answer must not look like a finished one, so the client sees a reset. */
function tie(source, target, cut) {
  source.on('error', cut);
  source.on('close', () => {
    if (!source.readableEnded) cut();
  });
  source.pipe(target);
}

function join(client, upstream) {
  tie(client, upstream, () => upstream.destroy());
  tie(upstream, client, () => client.resetAndDestroy());
}

/** Asks the service for one door; the client is joined to it after a 200 and reset after anything else. */
function joinThrough({ host, port, token }, door, client) {
  const upstream = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
  const stages = [client, upstream].flatMap((side) => ['error', 'close', 'end'].map((event) => ({ side, event })));
  let head = Buffer.alloc(0);
  const refuse = () => {
    upstream.destroy();
    client.resetAndDestroy();
  };
  const take = (chunk) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(HEAD_END);
    if (end === -1 && head.length <= HEAD_BYTES_MAX) return;
    if (end === -1 || !ACCEPTED.test(head.toString('latin1'))) return refuse();
    upstream.pause().off('data', take).setTimeout(0);
    for (const { side, event } of stages) side.off(event, refuse);
    const rest = head.subarray(end + HEAD_END.length);
    if (rest.length > 0) upstream.unshift(rest);
    join(client, upstream);
  };
  for (const { side, event } of stages) side.on(event, refuse);
  upstream.setTimeout(CONNECT_TIMEOUT_MS, refuse).on('data', take);
  upstream.write(`CONNECT ${door} HTTP/1.1\r\nHost: ${door}\r\nProxy-Authorization: Bearer ${token}${HEAD_END}`);
}

/** Listens at both doors. `network` says the service to use, or undefined for the sockets; it is asked for each connection. */
export async function openDoors(network = () => undefined) {
  const open = ({ name, port, socket }) => {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => {
      const service = network();
      if (service !== undefined) joinThrough(service, name, client);
      else join(client, net.connect({ path: socket, allowHalfOpen: true }));
    });
    server.maxConnections = CONNECTIONS_MAX;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, LOOPBACK, resolve);
    });
  };
  await Promise.all(DOORS.map(open));
}

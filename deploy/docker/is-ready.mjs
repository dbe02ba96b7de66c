import { request } from 'node:http';

/** Below the timeout of the health checks in deploy/compose.yml, so that this says why. */
const ANSWER_TIMEOUT_MS = 4_000;

// Asks a process of ours whether it is ready: `node is-ready.mjs http://127.0.0.1:3000/readyz`, or the path of the sandbox's
// socket. Exit code 0: yes.
const [where = ''] = process.argv.slice(2);
const options = where.startsWith('/') ? { socketPath: where, path: '/ready', method: 'POST' } : where;
const asked = request(options, (answer) => end(`answered ${answer.statusCode}`, answer.statusCode === 200));
asked.setTimeout(ANSWER_TIMEOUT_MS, () => end('no answer', false));
asked.on('error', (error) => end(error.message, false));
asked.end();

function end(reason, ready) {
  process.stdout.write(`${where}: ${reason}\n`);
  process.exit(ready ? 0 : 1);
}

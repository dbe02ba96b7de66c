import { Agent, request } from 'node:http';

/** A way to the model: its own port, or the proxy's socket in front of it. */
export interface WayToModel {
  readonly name: string;
  readonly at: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  readonly agent: Agent;
}

/** Times of one call, in milliseconds from its beginning. */
export interface ModelCallTimes {
  /** The first byte of the answer's body is here. */
  readonly firstMs: number;
  /** The last one is. */
  readonly wholeMs: number;
  readonly bytes: number;
}

/** A way with its own kept-alive connections. */
export function openWay(name: string, at: WayToModel['at']): WayToModel {
  return { name, at, agent: new Agent({ keepAlive: true }) };
}

/** Sends one call and reads its answer. Rejects unless it is answered 200. */
export function timeModelCall({ at, agent }: WayToModel, body: Buffer): Promise<ModelCallTimes> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const call = request({ ...at, agent, method: 'POST', path: '/v1/responses', headers }, (answer) => {
      let firstMs = 0;
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        if (bytes === 0) firstMs = performance.now() - begun;
        bytes += chunk.length;
      });
      answer.once('error', reject);
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve({ firstMs, wholeMs: performance.now() - begun, bytes });
        else reject(new Error(`the model call was answered ${answer.statusCode}`));
      });
    });
    call.once('error', reject).end(body);
  });
}

const REMARK =
  'The function rounds "59.6 s" up.\n\tSee src/format-duration.js, line 12:\n\tconst seconds = Math.round(total);\n';

/** A conversation of about `bytes` bytes, as an agent sends it: turns of calls and their outputs, and a few tools. */
export function conversation(model: string, bytes: number, answerBytes: number): Buffer {
  const tools = ['exec_command', 'write_stdin', 'update_plan'].map((name) => ({
    type: 'function',
    name,
    description: REMARK.repeat(4),
    parameters: {
      type: 'object',
      properties: { cmd: { type: 'string' }, wait: { type: 'number' } },
      required: ['cmd'],
    },
  }));
  const turn = (id: number): object[] => [
    { type: 'function_call', id: `fc_${id}`, call_id: `c_${id}`, name: 'exec_command', arguments: '{"cmd":"ls -la"}' },
    { type: 'function_call_output', call_id: `c_${id}`, output: REMARK.repeat(12) },
  ];
  const turnBytes = JSON.stringify(turn(1_000)).length;
  const input = Array.from({ length: Math.max(1, Math.floor(bytes / turnBytes)) }, (_, id) => turn(id)).flat();
  const metadata = { bytes: String(answerBytes) };
  return Buffer.from(JSON.stringify({ model, stream: true, store: false, metadata, tools, input }));
}

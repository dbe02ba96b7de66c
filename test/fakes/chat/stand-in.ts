import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { SlackMessage } from './published-slack.ts';
import { TEAMS_BYTES_MAX, TeamsMessage } from './published-teams.ts';

/** How the next calls go wrong. */
export interface ChatFault {
  /** Instead of the answer; undefined only delays it. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** The connection is cut once the message is there. */
  readonly drop?: boolean;
}

/** What came in. `problems` is empty for what the vendor documents. */
export interface ChatCall {
  readonly text: string;
  readonly problems: readonly string[];
}

/**
 * A running stand-in for the webhooks of Slack and Teams on 127.0.0.1. Each refuses a message that is not as its vendor documents,
 * in the vendor's words, and keeps all of them.
 */
export interface ChatStandIn extends AsyncDisposable {
  /** Whoever knows it may post. */
  readonly slackUrl: string;
  readonly teamsUrl: string;
  readonly slack: readonly z.infer<typeof SlackMessage>[];
  readonly teams: readonly z.infer<typeof TeamsMessage>[];
  /** Everything that came, whatever became of it. */
  readonly calls: readonly ChatCall[];
  /** Spoils the next call. */
  fault(fault: ChatFault): void;
}

/** Starts one. */
export async function startChat(): Promise<ChatStandIn> {
  const token = randomBytes(12).toString('hex');
  const slackPath = `/services/T0000/B0000/${token}`;
  const teamsPath = `/workflows/${token}/triggers/manual/paths/invoke?api-version=2016-06-01&sig=${token}${token}`;
  const kept = { slack: [] as ChatStandIn['slack'][number][], teams: [] as ChatStandIn['teams'][number][] };
  const calls: ChatCall[] = [];
  const faults: ChatFault[] = [];

  const answer = (url: string, text: string): { status: number; body: string } => {
    const json: unknown = parsed(text);
    if (url === slackPath) {
      const { data, problems } = judged(SlackMessage, json);
      calls.push({ text, problems });
      if (data === undefined) return { status: 400, body: json === undefined ? 'invalid_payload' : 'invalid_blocks' };
      kept.slack.push(data);
      return { status: 200, body: 'ok' };
    }
    if (url !== teamsPath) return { status: 404, body: 'no_service' };
    const { data, problems } = judged(TeamsMessage, json);
    const isLarge = Buffer.byteLength(text) > TEAMS_BYTES_MAX;
    calls.push({ text, problems: isLarge ? [...problems, 'it is larger than 28 KB'] : problems });
    if (data === undefined || isLarge) return { status: isLarge ? 413 : 400, body: '' };
    kept.teams.push(data);
    return { status: 202, body: '' };
  };

  const server = createServer((request, response) => void serve(request, response));
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = Buffer.concat(await request.toArray()).toString('utf8');
    const fault = faults.shift() ?? {};
    await sleep(fault.delayMs ?? 0, undefined, { ref: false });
    const { status, body } =
      fault.status === undefined ? answer(request.url ?? '', text) : { status: fault.status, body: '' };
    if (fault.drop === true) request.socket.destroy();
    else response.writeHead(status, fault.headers ?? {}).end(body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in listens on no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    ...kept,
    slackUrl: `${origin}${slackPath}`,
    teamsUrl: `${origin}${teamsPath}`,
    calls,
    fault: (fault) => void faults.push(fault),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function judged<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
): { data: z.output<Schema> | undefined; problems: string[] } {
  const { data, error } = schema.safeParse(json);
  return { data, problems: (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`) };
}

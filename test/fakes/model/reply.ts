import { parseConversation, type Conversation } from './conversation.ts';
import { chooseScenario, chooseStep, type StepChoice } from './choose-step.ts';
import { failedEvents, openingEvents, responseEvents, responseObject, type ServerEvent } from './response-events.ts';
import { DEFAULT_USAGE, type Fault, type Scenario } from './scenario.ts';
import { toolFor, wireItem, wireWait } from './wire-items.ts';

/** What is sent back. A stream may end well, be cut off, or stay open without another byte. */
export type Reply =
  | { kind: 'json'; status: number; headers: Readonly<Record<string, string>>; body: unknown }
  | { kind: 'stream'; events: readonly ServerEvent[]; ending: 'complete' | 'cut' | 'hang' };

/** A reply and how long to wait before it, or what the model did not expect about the request. */
export type Decision = { kind: 'reply'; reply: Reply; delayMs: number } | { kind: 'unexpected'; reason: string };

/** What a reply depends on besides the request. */
export interface ReplyContext {
  scenarios: readonly Scenario[];
  /** Unique per response; the ids of its items and calls are built from it. */
  responseId: string;
  /** How often each fault was given in each turn; a fault that is given now is added. */
  faultsGiven: Map<string, number>;
}

type Act = Exclude<StepChoice, { kind: 'unexpected' }>;
type Tools = Exclude<Act, { kind: 'fault' }>;

/** Decides what the body of a `POST /v1/responses` is answered with. */
export function decideReply(body: unknown, context: ReplyContext): Decision {
  const parsed = parseConversation(body);
  if (parsed.kind === 'malformed') return { kind: 'unexpected', reason: parsed.reason };
  const { conversation } = parsed;
  const scenario = chooseScenario(context.scenarios, conversation.prompt);
  if (scenario === undefined)
    return { kind: 'unexpected', reason: `no scenario fits the prompt ${conversation.prompt}` };
  const faultKey = (index: number): string => `${conversation.turnKey}/${scenario.name}/${index}`;
  const choice = chooseStep(scenario, conversation, (index) => context.faultsGiven.get(faultKey(index)) ?? 0);
  if (choice.kind === 'unexpected') return choice;
  if (choice.kind === 'fault') {
    const key = faultKey(choice.index);
    context.faultsGiven.set(key, (context.faultsGiven.get(key) ?? 0) + 1);
    const reply = faultReply(choice.step.fault, conversation, context.responseId);
    return { kind: 'reply', reply, delayMs: choice.step.delayMs ?? 0 };
  }
  return answerReply(choice, conversation, context.responseId);
}

function answerReply(choice: Tools, conversation: Conversation, id: string): Decision {
  const missing = missingTool(choice, conversation.functionTools);
  if (missing !== undefined) return { kind: 'unexpected', reason: `the request offers no function tool ${missing}` };
  const items =
    choice.kind === 'wait'
      ? [wireWait(choice.sessionId, choice.step.waitMs, `${id}_0`)]
      : choice.step.items.map((item, index) => wireItem(item, `${id}_${index}`));
  const usage = (choice.kind === 'answer' ? choice.step.usage : undefined) ?? DEFAULT_USAGE;
  const delayMs = (choice.kind === 'answer' ? choice.step.delayMs : undefined) ?? 0;
  const answer = { id, model: conversation.model, items, usage };
  const reply: Reply = conversation.streamed
    ? { kind: 'stream', events: responseEvents(answer), ending: 'complete' }
    : { kind: 'json', status: 200, headers: {}, body: responseObject(answer) };
  return { kind: 'reply', reply, delayMs };
}

function missingTool(choice: Tools, offered: ReadonlySet<string>): string | undefined {
  const needed = choice.kind === 'wait' ? ['write_stdin'] : choice.step.items.map(toolFor);
  return needed.find((tool) => tool !== undefined && !offered.has(tool));
}

function faultReply(fault: Fault, { model }: Conversation, id: string): Reply {
  if (fault.kind === 'status') {
    return { kind: 'json', status: fault.status, headers: fault.headers ?? {}, body: fault.body };
  }
  if (fault.kind === 'failed') {
    const error = { code: fault.code, message: fault.message };
    return { kind: 'stream', events: failedEvents({ id, model }, error), ending: 'complete' };
  }
  return { kind: 'stream', events: openingEvents({ id, model }), ending: fault.kind };
}

import type { Conversation } from './conversation.ts';
import type { AnswerStep, FaultStep, Scenario, Step, WaitStep } from './scenario.ts';

/** What the model is to do now, or what it did not expect. `index` is the step's place in its scenario, from 0. */
export type StepChoice =
  | { kind: 'answer'; step: AnswerStep }
  | { kind: 'wait'; step: WaitStep; sessionId: number }
  | { kind: 'fault'; step: FaultStep; index: number }
  | { kind: 'unexpected'; reason: string };

/** How often the fault at this place of the scenario was already given in this turn of this conversation. */
export type FaultsGiven = (index: number) => number;

const RUNNING_SESSION = /Process running with session ID (\d+)/;

/** The first scenario whose `when` fits the prompt; one without `when` fits every prompt. */
export function chooseScenario(scenarios: readonly Scenario[], prompt: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.when === undefined || prompt.search(scenario.when) >= 0);
}

/**
 * Finds the step by the tool outputs since the prompt alone, so that a retried request and a resumed thread get the
 * same answer; only counted faults need to know what was given before.
 */
export function chooseStep(scenario: Scenario, conversation: Conversation, faultsGiven: FaultsGiven): StepChoice {
  const { outputs } = conversation;
  let from = 0;
  let used = 0;
  for (const [index, step] of scenario.steps.entries()) {
    const reached = used === outputs.length;
    if ('fault' in step) {
      const due = step.times === undefined || faultsGiven(index) < step.times;
      if (reached && due) return { kind: 'fault', step, index };
      continue;
    }
    if ('waitMs' in step) {
      let sessionId = runningSession(outputs[used - 1]);
      while (sessionId !== undefined && used < outputs.length) sessionId = runningSession(outputs[used++]);
      if (sessionId !== undefined) return { kind: 'wait', step, sessionId };
      continue;
    }
    if (reached) return expected(step, scenario, { index, preceding: outputs.slice(from, used) });
    from = used;
    used += countCalls(step);
    if (used === from) return unexpected(scenario, index, 'ends the turn, yet tool outputs came after it');
    const made = used - from;
    const came = outputs.length - from;
    if (made > came) return unexpected(scenario, index, `made ${made} calls, but only ${came} outputs came`);
  }
  return unexpected(scenario, scenario.steps.length, 'is past the end of the script, yet the client asks for more');
}

function expected(
  step: AnswerStep,
  scenario: Scenario,
  at: { index: number; preceding: readonly string[] },
): StepChoice {
  const text = at.preceding.join('\n');
  if (step.expect === undefined || text.search(step.expect) >= 0) return { kind: 'answer', step };
  return unexpected(scenario, at.index, `expected ${String(step.expect)} in the tool output before it, got:\n${text}`);
}

function unexpected(scenario: Scenario, index: number, what: string): StepChoice {
  return { kind: 'unexpected', reason: `scenario ${scenario.name}, step ${index}: ${what}` };
}

function runningSession(output: string | undefined): number | undefined {
  const id = output?.match(RUNNING_SESSION)?.[1];
  return id === undefined ? undefined : Number(id);
}

function countCalls(step: Exclude<Step, FaultStep | WaitStep>): number {
  return step.items.filter((item) => item.kind !== 'say' && item.kind !== 'reason').length;
}

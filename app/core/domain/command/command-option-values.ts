import type { RunOptions } from '../run/run-task.ts';
import type { OptionName } from './command-list.ts';
import { isBranchName } from '../change/branch-name.ts';
import { asSeen } from '../text/invisible.ts';

/** Above these a limit limits nothing; whoever writes more has mistyped. */
const TOKENS_MAX = 1_000_000_000;
const COST_USD_MAX = 10_000;
const BRANCH_CHARS_MAX = 200;
const MODEL_NAME = /^[A-Za-z0-9][\w.:/+-]{0,99}$/;
const TOKENS = /^(\d{1,12}(?:\.\d{1,6})?)([km]?)$/i;
const DOLLARS = /^(?:\$(\d{1,6}(?:\.\d{1,2})?)|(\d{1,6}(?:\.\d{1,2})?)(?:usd)?)$/i;
const FACTORS: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 };

/** Reads the value of one option; undefined when it is none. `draft` takes no value. */
export const VALUE_READERS: Readonly<Record<Exclude<OptionName, 'draft'>, (value: string) => RunOptions | undefined>> =
  {
    model: (value) => (MODEL_NAME.test(value) ? { model: value } : undefined),
    'max-tokens': readTokens,
    'max-cost': readCost,
    base: readBase,
  };

function readTokens(value: string): RunOptions | undefined {
  const [, digits = '', factor = ''] = TOKENS.exec(value) ?? [];
  const maxTokens = Math.round(Number(digits) * (FACTORS[factor.toLowerCase()] ?? 1));
  const whole = factor !== '' || !digits.includes('.');
  return whole && maxTokens >= 1 && maxTokens <= TOKENS_MAX ? { maxTokens } : undefined;
}

function readCost(value: string): RunOptions | undefined {
  const [, signed, plain] = DOLLARS.exec(value) ?? [];
  const maxCostUsd = Number(signed ?? plain ?? 0);
  return maxCostUsd > 0 && maxCostUsd <= COST_USD_MAX ? { maxCostUsd } : undefined;
}

// A branch that passes may still not be there. Without a backquote, so that it can be shown between two.
function readBase(value: string): RunOptions | undefined {
  const isShown = value.length <= BRANCH_CHARS_MAX && asSeen(value) === value && !value.includes('`');
  return isShown && isBranchName(value) ? { base: value } : undefined;
}

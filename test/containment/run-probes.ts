import { readFile } from 'node:fs/promises';
import type { Answer, Check } from './check.ts';
import type { RunProgram } from './containers.ts';

/** Files of the program that runs inside, in their order. */
const PROBE_FILES = ['syscalls', 'identity', 'files', 'secrets', 'network', 'proxy', 'limits', 'run'];
const BATCH_MAX = 40;

/** Values for arguments that begin with `$`. */
export type ProbeFacts = Readonly<Record<string, string | number>>;

/** The program that runs inside, as one text for `python3 -c`. */
async function probeProgram(): Promise<string> {
  const files = PROBE_FILES.map((name) => readFile(new URL(`probes/${name}.py`, import.meta.url), 'utf8'));
  return (await Promise.all(files)).join('\n');
}

/** Tries checks inside, one after the other, each in a process of its own. A check without an answer is absent from the result. */
export async function runProbes(
  run: RunProgram,
  checks: readonly Check[],
  facts: ProbeFacts,
): Promise<Map<string, Answer>> {
  const program = await probeProgram();
  const answers = new Map<string, Answer>();
  for (let begin = 0; begin < checks.length; begin += BATCH_MAX) {
    const batch = checks.slice(begin, begin + BATCH_MAX).map((check) => withFacts(check, facts));
    const printed = await run(['python3', '-c', program], JSON.stringify(batch));
    for (const line of printed.split('\n')) {
      if (line === '') continue;
      const { id, reached, said, broken } = JSON.parse(line);
      if (broken !== undefined) throw new Error(`probe ${id} is broken: ${broken}`);
      answers.set(id, { reached, said });
    }
  }
  return answers;
}

function withFacts({ id, probe, seconds }: Check, facts: ProbeFacts): object {
  const filled = probe.map((part) => {
    if (typeof part !== 'string') return part;
    const whole = /^\$(\w+)$/.exec(part)?.[1];
    if (whole !== undefined) return factOf(whole, facts);
    return part.replace(/\$(\w+)/g, (_, name: string) => String(factOf(name, facts)));
  });
  return { id, probe: filled, ...(seconds === undefined ? {} : { seconds }) };
}

function factOf(name: string, facts: ProbeFacts): string | number {
  const found = facts[name];
  if (found === undefined) throw new Error(`no fact is called ${name}`);
  return found;
}

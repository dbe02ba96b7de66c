import { say, shell, type Scenario } from '../fakes/model/scenario.ts';

/** A model that does what a prompt says in words of its own: `write NAME CONTENT` writes a file; whatever else, it says a word. */
export function writes(name: string, content: string): Scenario {
  return {
    name: `writes ${name}`,
    when: new RegExp(`write ${name}\\b`, 'i'),
    steps: [
      { items: [shell(`printf '%s\\n' '${content}' > ${name} && git status --short | head -5`)] },
      { items: [say(`I wrote ${name}.`)] },
    ],
  };
}

/** A model that works until a file named `go` appears, so that a test can say something meanwhile. */
export function waitsFor(name: string, flag: string): Scenario {
  return {
    name: `waits and writes ${name}`,
    when: new RegExp(`write ${name} slowly`),
    steps: [
      {
        items: [
          shell(
            `echo waiting; for i in $(seq 1 600); do [ -e "${flag}" ] && break; sleep 0.1; done; echo slow > ${name}`,
          ),
        ],
      },
      { waitMs: 60_000 },
      { items: [say(`I wrote ${name}, slowly.`)] },
    ],
  };
}

/** A model that plans when it is asked to, whatever about. */
export const plans: Scenario = {
  name: 'plans',
  when: /It is the plan, published as it is/,
  steps: [{ items: [say('1. Write planned.txt.\n2. Check that it is there.')] }],
};

/** What it answers to everything else. */
export const answers: Scenario = { name: 'answers', steps: [{ items: [say('Nothing has to change.')] }] };

import { randomUUID } from 'node:crypto';
import type { GuestPaths } from '#core/ports/provisioner.ts';

/** Where the things of one turn are in a guest: outside of the repository, and named so that no earlier turn left them there. */
export interface CodexPaths {
  readonly codexHome: string;
  readonly workspace: string;
  readonly finalMessage: string;
  readonly outputSchema: string;
  /** Where the picture of this number is, from 1; `extension` without a dot. */
  image(number: number, extension: string): string;
}

/** Paths for one more turn in a guest. */
export function codexPaths({ home, workspace }: GuestPaths): CodexPaths {
  const turn = randomUUID();
  return {
    codexHome: `${home}/.codex`,
    workspace,
    finalMessage: `${home}/final-message-${turn}.txt`,
    outputSchema: `${home}/output-schema-${turn}.json`,
    image: (number, extension) => `${home}/image-${turn}-${number}.${extension}`,
  };
}

/** What of a turn stands on the command line. */
export interface CodexCall {
  readonly model: string;
  /** The conversation to go on with; null to begin one. */
  readonly threadId: string | null;
  /** Paths of pictures. */
  readonly images: readonly string[];
  /** Whether the final message has a schema to fit. */
  readonly hasOutputSchema: boolean;
}

/**
 * The command of one turn; the prompt comes by stdin. `-C` is an option of `exec` only and so stands before `resume`, which
 * takes all the others; `--image` takes a list of files, so each gets its own with `=`. Checked with Codex 0.169.0.
 */
export function codexArguments(paths: CodexPaths, call: CodexCall): string[] {
  return [
    ...['codex', 'exec', '-C', paths.workspace],
    ...(call.threadId === null ? [] : ['resume']),
    '--json',
    '--dangerously-bypass-approvals-and-sandbox',
    '--skip-git-repo-check',
    ...['-o', paths.finalMessage],
    `--model=${call.model}`,
    ...(call.hasOutputSchema ? ['--output-schema', paths.outputSchema] : []),
    ...call.images.map((path) => `--image=${path}`),
    ...(call.threadId === null ? [] : [call.threadId]),
    '-',
  ];
}

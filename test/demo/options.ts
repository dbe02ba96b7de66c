import { parseArgs } from 'node:util';

/** What the demo was asked to do. */
export interface DemoOptions {
  /** A repository on this machine; absent: the one that comes with the demo. */
  readonly repo: string | undefined;
  readonly prompt: string;
  readonly provisioner: 'docker' | 'local' | undefined;
}

/** Shown for `--help` and after a wrong option. */
export const USAGE = `npm run demo [-- OPTIONS]

Plays the main job on this machine: a comment on an issue becomes a pull request.
Everything is real but GitHub, which a local stand-in plays, and the model when there is no key.

  --repo PATH            work on a git repository of yours (it is copied, never changed)
  --prompt TEXT          what to ask for (default: fix the failing test)
  --provisioner NAME     docker or local (default: docker when an engine answers)
  --help                 show this

  OPENAI_API_KEY         use a real model; OPENAI_BASE_URL points to any server that speaks the Responses API,
                         CODEX_WRAPPER_DEFAULT_MODEL names the model
  LOG_LEVEL=info         show what the processes log`;

/** Thrown for a wrong option; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line. `help` when that was asked for. @throws UsageError */
export function readOptions(argv: readonly string[]): DemoOptions | 'help' {
  const options = {
    repo: { type: 'string' },
    prompt: { type: 'string' },
    provisioner: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parse(argv, options);
  if (values.help === true) return 'help';
  const { provisioner } = values;
  if (provisioner !== undefined && provisioner !== 'docker' && provisioner !== 'local')
    throw new UsageError(`--provisioner is docker or local, not ${provisioner}`);
  if (values.repo !== undefined && values.prompt === undefined)
    throw new UsageError('--repo needs --prompt: say what to do there');
  return { repo: values.repo, prompt: values.prompt ?? 'fix the failing test', provisioner };
}

function parse<Options extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options, strict: true });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

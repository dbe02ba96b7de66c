/** A place in our own code. */
export interface OwnFrame {
  /** Path in the repository, such as `app/http/server.ts`. */
  readonly file: string;
  readonly function: string | undefined;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

const INSTALLATION = new URL('../../', import.meta.url);
const FRAMES_MAX = 50;
/** A frame as V8 prints it: https://v8.dev/docs/stack-trace-api#appendix%3A-stack-trace-format */
const FRAME = /^ {4}at (?:(?<name>.{1,200}) \()?(?<place>(?:file:\/\/)?\/[^()]{1,500}):(?<line>\d+):(?<column>\d+)\)?$/;
const OWN_FILE = /^(?:app|workers|sandbox|prisma|deploy)\/(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.(?:ts|mjs|js)$/;
const FUNCTION = /^(?:async |new )?[\w$.<>#]{1,120}$/;

/**
 * The frames of an error that are in our own code, innermost first; those of packages and of Node are left out, and so is
 * whatever could be no name of a function. The message stands before them and may itself look like frames: when it cannot be
 * told from them, there are none. `root`: URL of the installation, with a slash at its end.
 */
export function ownFrames(error: Error, root: URL = INSTALLATION): OwnFrame[] {
  const { stack, message }: { stack?: unknown; message: unknown } = error;
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const from = stack.indexOf(message);
  if (from < 0) return [];
  const lines = stack.slice(from + message.length).split('\n', FRAMES_MAX + 1);
  return lines.flatMap((line) => {
    const { name, place, line: row, column } = FRAME.exec(line)?.groups ?? {};
    const file = place === undefined ? undefined : withinRoot(place, root);
    if (file === undefined || !OWN_FILE.test(file)) return [];
    const function_ = name !== undefined && FUNCTION.test(name) ? name : undefined;
    return [{ file, function: function_, line: Number(row), column: Number(column) }];
  });
}

function withinRoot(place: string, root: URL): string | undefined {
  const start = [root.href, decodeURIComponent(root.pathname)].find((one) => place.startsWith(one));
  return start === undefined ? undefined : place.slice(start.length);
}

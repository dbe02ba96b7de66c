/** A model that the operator does not offer: a run that asks for it ends before it needs a workspace, and says so. */
export const NO_SUCH_MODEL = 'none-such';

/** How one command is played: in which thread, in which words, and what is seen when it was done. */
export interface Play {
  readonly words: string;
  /** What the thread has when the command comes; `pull` is a pull request without anything of ours. */
  readonly thread: 'empty' | 'waits for approval' | 'has failed' | 'pull';
  /** Whether the command is answered by a comment of its own or by the request's progress comment. */
  readonly seenIn: 'reply' | 'progress';
  readonly done: (person: string) => RegExp;
}

const ended = (model = NO_SUCH_MODEL) => new RegExp(`The model \`${model}\` may not be used here`);
const asking = (words: string): Play => ({ words, thread: 'empty', seenIn: 'progress', done: () => ended() });
const telling = (words: string, done: RegExp): Play => ({ words, thread: 'empty', seenIn: 'reply', done: () => done });
const OTHER_MODEL = 'none-either';

/** One for each row of the table of who may what. */
export const PLAYS: Readonly<Record<string, Play>> = {
  help: telling('help', /\| `@astraforge run .*\|/),
  status: telling('status', /I have no request in this thread/),
  explain: telling('explain', /`run_by: write`/),
  config: telling('config', /no configuration file on the default branch/),
  run: asking(`run --model ${NO_SUCH_MODEL} write a.txt`),
  plan: asking(`plan --model ${NO_SUCH_MODEL} write a.txt`),
  fix: asking(`fix --model ${NO_SUCH_MODEL} the failing test`),
  review: { ...asking(`review --model ${NO_SUCH_MODEL}`), thread: 'pull' },
  retry: {
    words: `retry --model ${OTHER_MODEL}`,
    thread: 'has failed',
    seenIn: 'progress',
    done: () => ended(OTHER_MODEL),
  },
  revert: telling('revert', /I have proposed no (?:pull|merge) request for this issue/),
  cancel: {
    words: 'cancel',
    thread: 'waits for approval',
    seenIn: 'progress',
    done: (person) => new RegExp(`Cancelled by @.?${person}`),
  },
  // What was approved goes on, and ends at the model that nobody offers.
  approve: { words: 'approve', thread: 'waits for approval', seenIn: 'progress', done: () => ended() },
  reject: {
    words: 'reject it is too early',
    thread: 'waits for approval',
    seenIn: 'progress',
    done: (person) => new RegExp(`Rejected by @.?${person}: it is too early`),
  },
  'allow-host once': {
    words: 'allow host once.example.com once',
    thread: 'waits for approval',
    seenIn: 'reply',
    done: () => /Workspaces may reach `once\.example\.com` from the next run of this request on/,
  },
  'allow-host repo': telling(
    'allow host always.example.com repo',
    /Workspaces may reach `always\.example\.com` for every later run in this repository/,
  ),
};

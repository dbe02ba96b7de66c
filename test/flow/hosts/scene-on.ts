import { execFileSync } from 'node:child_process';
import { traitsOf } from '#core/domain/host/host-traits.ts';
import { isSettled } from '#core/domain/run/run.ts';
import type { Standing } from '#core/ports/conversations.ts';
import { until } from '../world.ts';
import type { Place, Said } from './said.ts';
import type { Change, Check, Comment, Host, Verdict } from './scene.ts';

/** A host, and what a flow waits for on it. Nothing here knows which host it is. */
export interface Scene extends Host {
  /** `by` opens an issue and says something there. */
  ask(words: string, by?: string): Promise<Said>;
  /** Our comments in the thread, oldest first. */
  ours(place: Place): readonly Comment[];
  /** Our progress comments in the thread, oldest first: one for each request. */
  progress(place: Place): readonly Comment[];
  /** Waits until one of our comments in the thread fits, and gives it. */
  answered(place: Place, words: RegExp | string): Promise<Comment>;
  /** Waits for the change that we open for what is asked in this thread. */
  changeFor(place: Place): Promise<Change>;
  /** Changes that we opened for what was asked in this thread. */
  changesFor(place: Place): readonly Change[];
  /** The newest request of a thread with its newest run, as it is on record. */
  standing(place: Place): Promise<Standing | undefined>;
  /** Waits until the newest check of that name of a thread's newest run is so, in the host's own states. */
  checked(place: Place, verdict: Verdict, name?: string): Promise<Check>;
  /** Waits until so many checks of ours on a commit are over, and gives them, oldest first. */
  checksOver(sha: string, count?: number): Promise<readonly Check[]>;
  /** What we show of the thread's newest run, wherever the host has it: progress comment and checks, as one text. */
  shown(place: Place): Promise<string>;
  /** Waits until the newest run of the thread is over and the progress comment says so. */
  over(place: Place): Promise<Standing>;
  /** Everything that was delivered so far was read and settled. */
  quiet(): Promise<void>;
  /** What became of a delivery, once it is settled. */
  outcomeOf(delivery: { readonly guid: string }): Promise<string>;
  /** Text of a file on a branch; undefined when it is not there. */
  file(branch: string, path: string): string | undefined;
  /** Subjects of the commits of a branch, newest first. */
  commits(branch: string): readonly string[];
  /** Output of git in the repository on the host. */
  git(...args: string[]): string;
}

const PROGRESS = 'astraforge:comment:';
const UNDER_WAY: ReadonlySet<Verdict> = new Set(['queued', 'in_progress']);

/** Adds to a host what a flow waits for. */
export function sceneOn(host: Host): Scene {
  const ours = (place: Place) => host.comments(place).filter(({ isOurs }) => isOurs);
  const progress = (place: Place) => ours(place).filter(({ body }) => body.includes(PROGRESS));
  const standing = ({ kind, number }: Place) =>
    host.astraforge.shared.store.conversations.find(
      { provider: host.provider, repoId: host.repository.id, kind, number },
      'any',
    );
  const changesFor = ({ kind, number }: Place) => {
    const sign = kind === 'issue' ? '#' : traitsOf(host.provider).changeSign;
    return host.changes().filter(({ isOurs, body }) => isOurs && body.includes(`${sign}${number}. Requested by`));
  };
  return {
    ...host,
    async ask(words, by) {
      const { place } = await host.openIssue(by === undefined ? {} : { by });
      return host.comment(place, words, by);
    },
    ours,
    progress,
    answered: (place, words) =>
      until(`an answer in ${place.kind} ${place.number} that says ${String(words)}`, () =>
        ours(place).find(({ body }) => (typeof words === 'string' ? body.includes(words) : words.test(body))),
      ),
    changesFor,
    changeFor: (place) => until(`a change for ${place.kind} ${place.number}`, () => changesFor(place)[0]),
    standing,
    checked: (place, verdict, name = 'astraforge') =>
      until(`the check ${name} of ${place.kind} ${place.number} to be ${verdict}`, async () => {
        const found = await standing(place);
        const check = found && host.checksOf(found).findLast((one) => one.name === name);
        return check?.verdict === host.asShown(verdict) && check;
      }),
    checksOver: (sha, count = 1) =>
      until(`${count} checks on ${sha} to be over`, () => {
        const over = host.checks().filter((one) => one.sha === sha && !UNDER_WAY.has(one.verdict));
        return over.length >= count && over;
      }),
    async shown(place) {
      const found = await standing(place);
      const checks = found === undefined ? [] : host.checksOf(found);
      return [progress(place).at(-1)?.body ?? '', ...checks.flatMap(({ title, text }) => [title, text])].join('\n\n');
    },
    over: (place) =>
      until(`the end of the run of ${place.kind} ${place.number}`, async () => {
        const found = await standing(place);
        const said = progress(place).at(-1)?.body;
        const isOver = found !== undefined && isSettled(found.run.status);
        return isOver && said !== undefined && !said.includes('to cancel') && found;
      }),
    ...deliveriesOf(host),
    ...gitOf(host),
  };
}

function deliveriesOf(host: Host): Pick<Scene, 'quiet' | 'outcomeOf'> {
  const settled = (guid: string) =>
    host.logs.find((line) => line.includes('delivery settled') && line.includes(`"${guid}"`));
  return {
    async quiet() {
      await host.delivered();
      const recorded = host.deliveries().filter((one) => one.status === 202 && one.response.includes('recorded'));
      await until('all deliveries to be settled', () => recorded.every(({ guid }) => settled(guid) !== undefined));
    },
    outcomeOf: ({ guid }) =>
      until('a delivery to be settled', () => {
        const line = settled(guid);
        return line === undefined ? undefined : /"outcome":"([^"]*)"/.exec(line)?.[1];
      }),
  };
}

function gitOf({ repository }: Host): Pick<Scene, 'file' | 'commits' | 'git'> {
  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', repository.directory, ...args], { encoding: 'utf8', stdio: 'pipe' });
  return {
    git,
    file(branch, path) {
      try {
        return git('show', `${branch}:${path}`);
      } catch {
        return undefined;
      }
    },
    commits: (branch) => git('log', '--format=%s', branch).trim().split('\n'),
  };
}

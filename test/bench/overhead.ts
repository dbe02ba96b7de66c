import { setTimeout as sleep } from 'node:timers/promises';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { DEPLOYMENT_NAMES, type DeploymentKind } from './deployments.ts';
import type { BenchContext, BenchResult, Figure, Table } from './figure.ts';
import { runPlainCodex, type PlainRun } from './plain-codex.ts';
import { openScene, reasonAgainst, type ProvisionerName, type Scene } from './scene.ts';
import { stageTable } from './stages.ts';
import { spreadOf } from './statistics.ts';
import { timeRequest, type RequestTimes } from './timed-request.ts';

const COLD_SEC_MAX = 2;
const WARM_SEC_MAX = 1;
const FULL_ROUNDS = 9;
const MILLISECONDS = 1_000;
/** What a request leaves behind (its guest, its tokens) is cleared away before the next is measured. */
const SETTLE_MS = 400;

interface Place {
  readonly provisioner: ProvisionerName;
  readonly kind: DeploymentKind;
}

const PLACES: readonly Place[] = [
  { provisioner: 'docker', kind: 'services' },
  { provisioner: 'docker', kind: 'embedded' },
  { provisioner: 'local', kind: 'services' },
  { provisioner: 'local', kind: 'embedded' },
];

/** Each provisioner and each kind of deployment once. */
const QUICK_PLACES = PLACES.filter(({ provisioner, kind }) => (provisioner === 'docker') === (kind === 'services'));

interface Round {
  readonly plain: PlainRun;
  readonly cold: RequestTimes;
  readonly warm: RequestTimes;
}

/** Measures what we add to the agent's own time, from the comment to the pull request. */
export async function benchOverhead(context: BenchContext): Promise<BenchResult> {
  const figures: Figure[] = [];
  const tables: Table[] = [];
  const leftOut: string[] = [];
  const rounds = context.quick ? 1 : FULL_ROUNDS;
  for (const place of context.quick ? QUICK_PLACES : PLACES) {
    const name = `${place.provisioner}; ${DEPLOYMENT_NAMES[place.kind]}`;
    const why = await reasonAgainst(place);
    if (why === undefined) {
      context.say(`${name}: starting`);
      const measured = await measure(place, { rounds, say: (line) => context.say(`${name}: ${line}`) });
      figures.push(...figuresOf(name, measured));
      tables.push(stageTable(name, measured));
    } else leftOut.push(`${name}: ${why}`);
  }
  return { title: 'Overhead: from the comment to the pull request', method: method(rounds), figures, tables, leftOut };
}

async function measure(place: Place, about: { rounds: number; say: (line: string) => void }): Promise<Round[]> {
  await using scene = await openScene({ ...place, scenarios: [fixFailingTest] });
  about.say('warming up');
  await playRound(scene, 0);
  const rounds: Round[] = [];
  while (rounds.length < about.rounds) {
    const round = await playRound(scene, rounds.length + 1);
    const { plain, cold, warm } = round;
    const times = `plain ${plain.totalMs} ms, cold ${totalMs(cold)} ms, warm ${totalMs(warm)} ms`;
    rounds.push(round);
    about.say(`round ${rounds.length} of ${about.rounds}: ${times}`);
  }
  scene.assertClean();
  return rounds;
}

/** The floor, a request on a repository never seen before, and one on the same after somebody pushed to it. */
async function playRound(scene: Scene, round: number): Promise<Round> {
  const { github, model } = scene;
  const { directory, fullName: repository } = await scene.addRepository(`durations-${round}`);
  await sleep(SETTLE_MS);
  const plain = await runPlainCodex(directory, model);
  const cold = await timeRequest(scene, repository);
  await github.commit({ repository, branch: 'main', by: 'ada', files: { 'NOTES.md': `Round ${round}.\n` } });
  await sleep(SETTLE_MS);
  const warm = await timeRequest(scene, repository);
  return { plain, cold, warm };
}

/** From the comment to the pull request. */
function totalMs({ sent, pullRequest }: RequestTimes): number {
  return pullRequest - sent;
}

function figuresOf(name: string, rounds: readonly Round[]): Figure[] {
  const floor = rounds.map(({ plain }) => plain.totalMs / MILLISECONDS);
  const figure = (mirror: 'cold' | 'warm', secMax: number): Figure => {
    const total = rounds.map((round) => totalMs(round[mirror]) / MILLISECONDS);
    const added = spreadOf(total.map((seconds, round) => seconds - (floor[round] ?? Number.NaN))).median;
    return {
      name: `Comment to pull request, ${mirror} mirror (${name})`,
      unit: 's',
      measured: spreadOf(total),
      floor: spreadOf(floor),
      relation: { kind: 'difference', value: added },
      target: { text: `≤ floor + ${secMax.toFixed(1)} s`, met: added <= secMax },
    };
  };
  return [figure('cold', COLD_SEC_MAX), figure('warm', WARM_SEC_MAX)];
}

function method(rounds: number): string[] {
  return [
    'The floor is `codex exec` on the host, in a clone made before the clock starts: same program, arguments, settings and prompt, and the same scripted model (eleven answers; it looks around, runs the failing test, edits, runs the tests again), without proxy, container and everything else of ours.',
    `The measured time begins when the GitHub stand-in sends the comment's webhook and ends when it accepts the pull request; its own work (each call is validated against GitHub's OpenAPI description) counts as ours. Each of ${rounds} rounds takes the floor, then a request on a repository that was never seen before (cold mirror), then one on the same repository after a new commit (warm mirror). The overhead is the median over the rounds of time − floor of the same round; a first round warms up and is thrown away.`,
    'Stages are told by the log of the run, the ledger of the stand-in and the requests at the model. Fetching and opening the workspace go on side by side.',
  ];
}

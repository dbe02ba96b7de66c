import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';
import type { Found } from './found.ts';

/** First release, by date, with which the suites were seen to pass; under that of 20221219 Codex hangs. `.ci/install-runsc` has it too. */
const OLDEST = 20_240_729;
const HOW =
  'On Debian, as root: .ci/install-runsc. By hand on Debian 12: add its backports to the package sources, then ' +
  'apt-get update && apt-get install -t bookworm-backports runsc. Elsewhere: put a current release of gVisor into PATH as runsc.';

/** gVisor's `runsc`, and the date of its release as a number such as 20240729. */
export interface Runsc {
  readonly path: string;
  readonly date: number;
}

/** Looks in these directories, then on PATH; `reason` says how to get one that is good enough. */
export async function findRunsc(directories = ['/usr/bin', '/usr/local/bin']): Promise<Found<Runsc>> {
  const path = findProgram('runsc', directories);
  if (path === undefined) return { found: false, reason: `gVisor's runsc is not installed. ${HOW}` };
  const said = await promisify(execFile)(path, ['--version']).then(
    ({ stdout }) => stdout,
    (error: unknown) => String(error),
  );
  const date = releaseDate(said);
  if (date >= OLDEST) return { found: true, value: { path, date } };
  const what = date === 0 ? `of unknown age (${said.trim().slice(0, 200)})` : `of ${date}`;
  return { found: false, reason: `${path} is ${what}, the oldest good one is of ${OLDEST}. ${HOW}` };
}

/** Reads `runsc version 0.0~20240729.0` and `release-20240729.0`; 0 when there is no date. */
function releaseDate(said: string): number {
  return Number(/20\d{6}/.exec(said)?.[0] ?? 0);
}

import { parties, type Act } from './acts.ts';
import type { CheckRunRecord, RepositoryRecord } from './records.ts';
import { announceCheckRun, announceCheckSuite } from './webhook-life.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

/** What people press on the page of a check run. `check` is its id. */
export interface CheckActs {
  /** Throws when the check run has no such button. */
  pressButton(act: Act & { check: number; identifier: string }): Promise<{ run: CheckRunRecord; delivery: Delivery }>;
  /** “Re-run” of one check run. */
  rerequestCheck(act: Act & { check: number }): Promise<{ run: CheckRunRecord; delivery: Delivery }>;
  /** “Re-run all checks” of our App on a commit. */
  rerequestSuite(act: Act & { sha: string }): Promise<{ delivery: Delivery }>;
}

/** Binds the acts to one world. */
export function createCheckActs(world: World): CheckActs {
  return {
    pressButton: async (act) => {
      const { repository, user } = parties(world, act);
      const run = checkRun(repository, act.check);
      const { identifier } = act;
      if (!run.actions.some((one) => one.identifier === identifier)) {
        throw new Error(`check run ${act.check} has no button ${identifier}`);
      }
      const happening = { action: 'requested_action', sender: user, more: { requested_action: { identifier } } };
      return { run, delivery: await announceCheckRun(world, { repository, run }, happening) };
    },
    rerequestCheck: async (act) => {
      const { repository, user } = parties(world, act);
      const run = checkRun(repository, act.check);
      const happening = { action: 'rerequested', sender: user };
      return { run, delivery: await announceCheckRun(world, { repository, run }, happening) };
    },
    rerequestSuite: async (act) => {
      const { repository, user } = parties(world, act);
      const happening = { action: 'rerequested', sender: user };
      return { delivery: await announceCheckSuite(world, { repository, sha: act.sha }, happening) };
    },
  };
}

function checkRun(repository: RepositoryRecord, id: number): CheckRunRecord {
  const run = repository.checkRuns.get(id);
  if (!run) throw new Error(`${repository.fullName} has no check run ${id}`);
  return run;
}

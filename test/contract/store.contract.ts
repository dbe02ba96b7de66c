import { describe, expect, test } from 'vitest';
import { alertsContract } from './alerts.contract.ts';
import { incidentsContract } from './incidents.contract.ts';
import { apiKeysContract } from './api-keys.contract.ts';
import { claimContract } from './claim.contract.ts';
import { conversationsContract } from './conversations.contract.ts';
import { effectsContract } from './effects.contract.ts';
import { healingContract } from './healing.contract.ts';
import { heardContract } from './heard.contract.ts';
import { historyContract } from './history.contract.ts';
import { inboxContract } from './inbox.contract.ts';
import { listeningContract } from './listening.contract.ts';
import { modelCallsContract } from './model-calls.contract.ts';
import { outboxContract } from './outbox.contract.ts';
import { overviewContract } from './overview.contract.ts';
import { processNotesContract } from './process-notes.contract.ts';
import { pruningContract } from './pruning.contract.ts';
import { reportsContract } from './reports.contract.ts';
import { runStepContract } from './run-step.contract.ts';
import type { StoreSubjects } from './store-subject.ts';
import { submitContract } from './submit.contract.ts';
import { sweepsContract } from './sweeps.contract.ts';
import { userSessionsContract } from './user-sessions.contract.ts';
import { writeBudgetContract } from './write-budget.contract.ts';
import { writesContract } from './writes.contract.ts';

/** What every store promises; called once per implementation, which opens before and closes after all tests. */
export function storeContract(name: string, subjectOf: StoreSubjects): void {
  describe(`store on ${name}`, () => {
    inboxContract(subjectOf);
    alertsContract(subjectOf);
    incidentsContract(subjectOf);
    submitContract(subjectOf);
    claimContract(subjectOf);
    runStepContract(subjectOf);
    conversationsContract(subjectOf);
    effectsContract(subjectOf);
    reportsContract(subjectOf);
    outboxContract(subjectOf);
    sweepsContract(subjectOf);
    pruningContract(subjectOf);
    modelCallsContract(subjectOf);
    healingContract(subjectOf);
    heardContract(subjectOf);
    listeningContract(subjectOf);
    writeBudgetContract(subjectOf);
    historyContract(subjectOf);
    overviewContract(subjectOf);
    processNotesContract(subjectOf);
    apiKeysContract(subjectOf);
    userSessionsContract(subjectOf);
    writesContract(subjectOf);

    test('answers a ping', async () => {
      await expect(subjectOf().store.ping()).resolves.toBeUndefined();
    });
  });
}

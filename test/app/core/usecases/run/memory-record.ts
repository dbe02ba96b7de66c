import type { Effect } from '#core/domain/host/effect.ts';
import { AppError } from '#core/domain/errors.ts';
import { isSettled, type Run } from '#core/domain/run/run.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import type { Conversations } from '#core/ports/conversations.ts';
import type { Effects, RunResult, Runs } from '#core/ports/store.ts';

/** One run on record. */
export interface RunRecord {
  run: Run;
  request: WorkRequest;
  result: RunResult | undefined;
  /** What the host and the log saw, in order. */
  readonly seen: string[];
}

/** Stands for what a test must not come to. */
export const never = (): Promise<never> => Promise.reject(new AppError('internal', 'must not be asked'));

/** The rows of one run; every write of its log goes to `seen`. */
export function runsOf(scene: RunRecord): Runs {
  const change = (run: Partial<Run>): void => void (scene.run = { ...scene.run, ...run });
  return {
    submit: never,
    requestCancel: never,
    readRequest: never,
    claim: async () => {
      if (isSettled(scene.run.status)) return undefined;
      change({ epoch: scene.run.epoch + 1, claims: scene.run.claims + 1 });
      return scene.run;
    },
    heartbeat: async () => (scene.run.cancelRequested ? 'cancel' : 'held'),
    advance: async (_, { run, request, result, log = [] }) => {
      change(run ?? {});
      if (request !== undefined) scene.request = { ...scene.request, state: request };
      scene.result = result ?? scene.result;
      scene.seen.push(...log.map(({ message }) => message ?? ''));
      return [];
    },
    release: async (_claim, _jobs, retryInMs) => {
      const tries = scene.run.tries + (retryInMs === undefined ? 0 : 1);
      change({ status: 'queued', claims: scene.run.claims - 1, tries });
      return 'released';
    },
    readRun: async () => ({ run: scene.run, request: scene.request }),
    readResult: async () => scene.result,
    isLive: async ({ epoch }) => epoch === scene.run.epoch,
  };
}

/** Conversations in which nothing more is said. */
export function silentConversations(): Pick<
  Conversations,
  'take' | 'messagesOf' | 'allowedHosts' | 'waiting' | 'takeBack' | 'changeOf'
> {
  return {
    take: async () => [],
    messagesOf: async () => [],
    allowedHosts: async () => [],
    waiting: async () => [],
    takeBack: async () => undefined,
    changeOf: async () => undefined,
  };
}

/** A ledger. */
export function effectsOf(): Effects {
  const rows = new Map<string, Effect>();
  const keyOf = ({ subjectId, kind }: Pick<Effect, 'subjectId' | 'kind'>): string => `${subjectId}/${kind}`;
  const set = (of: Pick<Effect, 'subjectId' | 'kind'>, change: Partial<Effect>): void => {
    const row = rows.get(keyOf(of));
    if (row !== undefined) rows.set(keyOf(of), { ...row, ...change });
  };
  return {
    async plan(subjectId, kind) {
      const row = rows.get(keyOf({ subjectId, kind }));
      const planned = row ?? { subjectId, kind, state: 'planned', externalId: null, url: null };
      rows.set(keyOf(planned), planned);
      return planned;
    },
    read: async () => undefined,
    markSent: async (effect) => {
      set(effect, { state: 'sent' });
      return 'marked';
    },
    markUnclear: async () => undefined,
    markRefused: async (effect) => set(effect, { state: 'planned' }),
    confirm: async (effect, placed) => set(effect, { state: 'confirmed', ...placed }),
  };
}

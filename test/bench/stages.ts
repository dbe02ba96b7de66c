import { shownSpread, type Table } from './figure.ts';
import type { PlainRun } from './plain-codex.ts';
import { spreadOf } from './statistics.ts';
import type { RequestTimes } from './timed-request.ts';

/** From one moment to the next; what overlaps (fetching, opening the workspace) is shown by the later end. */
const STAGES: readonly {
  readonly name: string;
  readonly from: keyof RequestTimes;
  readonly to: keyof RequestTimes;
}[] = [
  { name: 'webhook sent → answered 202', from: 'sent', to: 'answered' },
  { name: '→ request submitted (outbox, queue, permission, base)', from: 'answered', to: 'submitted' },
  { name: '→ run claimed (outbox, queue)', from: 'submitted', to: 'claimed' },
  { name: '→ token for reading given', from: 'claimed', to: 'mayRead' },
  { name: '→ mirror fetched', from: 'mayRead', to: 'fetched' },
  { name: '→ workspace ready (bundle, guest, checkout)', from: 'fetched', to: 'workspaceReady' },
  { name: '→ first question to the model (config, start of Codex)', from: 'workspaceReady', to: 'firstQuestion' },
  { name: '→ last question (Codex works)', from: 'firstQuestion', to: 'lastQuestion' },
  { name: '→ diff collected (Codex ends, session kept)', from: 'lastQuestion', to: 'diffCollected' },
  { name: '→ token for pushing given (commit made before)', from: 'diffCollected', to: 'mayPush' },
  { name: '→ pushed', from: 'mayPush', to: 'pushed' },
  { name: '→ pull request opened', from: 'pushed', to: 'pullRequest' },
  { name: 'then: check run completed', from: 'pullRequest', to: 'reported' },
];

/** Where the time of a request goes, beside what the plain Codex needs for the same part. Milliseconds. */
export function stageTable(
  title: string,
  rounds: readonly { readonly cold: RequestTimes; readonly warm: RequestTimes; readonly plain: PlainRun }[],
): Table {
  const lasted = (mirror: 'cold' | 'warm', { from, to }: (typeof STAGES)[number]): string =>
    shownSpread(spreadOf(rounds.map(({ [mirror]: times }) => times[to] - times[from])));
  const plain = (pick: (run: PlainRun) => number): string =>
    shownSpread(spreadOf(rounds.map((round) => pick(round.plain))));
  const floors = new Map<keyof RequestTimes, string>([
    ['firstQuestion', plain(({ startMs }) => startMs)],
    ['lastQuestion', plain(({ totalMs, startMs, endMs }) => totalMs - startMs - endMs)],
    ['diffCollected', plain(({ endMs }) => endMs)],
  ]);
  return {
    title,
    header: ['stage, ms', 'cold mirror', 'warm mirror', 'plain Codex'],
    rows: STAGES.map((stage) => [stage.name, lasted('cold', stage), lasted('warm', stage), floors.get(stage.to) ?? '']),
  };
}

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fullName } from '#core/domain/host/repo.ts';
import type { Assignment, Duty, Prompts } from '#core/ports/prompts.ts';
import type { FailedJob } from '#core/ports/host/thread-reader.ts';
import { dataBlocks, inLine, shownCode, shownMarkdown, type DataBlocks } from './data-blocks.ts';
import { fillTemplate, withPartials } from './fill-template.ts';
import { diffBlocks } from './prompt-diff.ts';
import { jobBlocks, remarkBlocks, withoutRemarks } from './prompt-fix.ts';
import { commentBlocks, linkedBlocks, messageBlocks, placeBlocks, requestBlock, threadName } from './prompt-thread.ts';

/** Templates of whole prompts, by duty; a change that goes on has one of its own. */
const WHOLE = ['request', 'follow-up', 'plan', 'carry-out', 'fix', 'review'] as const;
type TemplateName = (typeof WHOLE)[number];
const PARTS = ['data', 'background', 'mending', 'work', 'proof', 'last-message'] as const;
const NONCE_BYTES = 12;
const PLAN_CHARACTERS_MAX = 60_000;
const COMMAND_CHARACTERS_MAX = 4_000;
const INCIDENT_CHARACTERS_MAX = 40_000;

/** Templates of prompts by name, with their parts put in. */
export type Templates = Readonly<Record<TemplateName, string>>;

/** Opens the prompts of Codex; each has a mark of its own. Templates are read once. */
export async function openPrompts(): Promise<Prompts> {
  const templates = await readTemplates();
  return {
    render: (assignment) => renderPrompt(templates, assignment, randomBytes(NONCE_BYTES).toString('hex')),
  };
}

/** Reads all templates. */
export async function readTemplates(): Promise<Templates> {
  const read = async (name: string): Promise<[string, string]> => [
    name,
    await readFile(new URL(`prompts/${name}.md`, import.meta.url), 'utf8'),
  ];
  const texts = new Map(await Promise.all([...WHOLE, ...PARTS].map(read)));
  const whole = (name: TemplateName): string => withPartials(`{{>${name}}}\n`, texts);
  return {
    request: whole('request'),
    'follow-up': whole('follow-up'),
    plan: whole('plan'),
    'carry-out': whole('carry-out'),
    fix: whole('fix'),
    review: whole('review'),
  };
}

/**
 * The whole prompt of one turn. Texts of people are put between marker lines with the nonce, which none of them can contain;
 * they are cut to a bounded size, and what a reader of the page would not see is taken out. Pure.
 * @throws AppError `internal` when the nonce is too weak, occurs in a text, or a template names something unknown.
 */
export function renderPrompt(templates: Templates, assignment: Assignment, nonce: string): string {
  const { request, resumed } = assignment;
  const blocks = dataBlocks(nonce);
  const values = new Map([
    ['nonce', nonce],
    ['repository', blocks.checked(inLine(fullName(request.repo)))],
    ['base', blocks.checked(inLine(request.base.ref))],
    ['requester', blocks.checked(inLine(request.requester.login))],
    ['thread', request.thread === null ? 'its pull request' : threadName(request.thread)],
    ['where', request.thread === null ? '' : `, on ${threadName(request.thread)}`],
    ['resumed', resumed ? 'yes' : ''],
    ['anew', resumed ? '' : 'yes'],
    ...backgroundOf(blocks, assignment),
    ...dutyOf(blocks, assignment),
    ...proofOf(blocks, assignment),
    ['incident', incidentBlock(blocks, assignment)],
  ]);
  return fillTemplate(templates[templateOf(assignment)], values);
}

function templateOf({ duty, messages, resumed }: Assignment): TemplateName {
  if (duty.kind !== 'change') return duty.kind;
  return resumed || messages.length > 0 ? 'follow-up' : 'request';
}

/** An agent that remembers is told only what is new. */
function backgroundOf(
  blocks: DataBlocks,
  { request, duty, messages, resumed, thread, news: since = [] }: Assignment,
): [string, string][] {
  const view = thread !== null && mendingOf(duty) !== undefined ? withoutRemarks(thread) : thread;
  const said = view === null ? { comments: '', omitted: 0 } : commentBlocks(blocks, view);
  const meanwhile = view === null ? [] : view.comments.filter((comment) => since.includes(comment));
  const unheard = view === null ? said : commentBlocks(blocks, { ...view, comments: meanwhile, omitted: 0 });
  const news = messageBlocks(blocks, messages, thread);
  const isSilent = resumed && duty.kind === 'change' && messages.length === 0;
  return [
    ['request', requestBlock(blocks, request)],
    ['place', placeBlocks(blocks, request)],
    ['linked', view === null ? '' : linkedBlocks(blocks, view)],
    ['comments', said.comments],
    ['omitted', counted(said.omitted)],
    ['meanwhile', unheard.comments],
    ['unheard', counted(unheard.omitted)],
    ['messages', news.messages],
    ['silence', isSilent ? 'yes' : ''],
    ['missed', counted(news.missed)],
  ];
}

/** What the repository's configuration says of its tests. */
function proofOf(blocks: DataBlocks, { proof }: Assignment): [string, string][] {
  const line = (name: string, command: string | undefined): string =>
    command === undefined ? '' : blocks.block(name, shownCode(command, COMMAND_CHARACTERS_MAX));
  return [
    ['proof', proof === undefined || proof.mode === 'off' ? '' : 'yes'],
    ['changedtests', line('COMMAND for test files', proof?.changed)],
    ['suite', line('COMMAND for all tests', proof?.suite)],
  ];
}

/** What strangers made a program say, of the lowest trust: never more than data. */
function incidentBlock(blocks: DataBlocks, { incident }: Assignment): string {
  return incident === undefined ? '' : blocks.block('INCIDENT', shownCode(incident, INCIDENT_CHARACTERS_MAX));
}

function dutyOf(blocks: DataBlocks, { duty, thread }: Assignment): [string, string][] {
  const jobs = mendingOf(duty);
  const remarks = jobs !== undefined && thread !== null ? remarkBlocks(blocks, thread) : { remarks: '', unshown: 0 };
  const change = duty.kind === 'review' ? diffBlocks(blocks, duty.diff) : { diff: '', cut: '' };
  return [
    ['plan', duty.kind === 'carry-out' ? planBlock(blocks, duty) : ''],
    ['remarks', remarks.remarks],
    ['unshown', counted(remarks.unshown)],
    ['mending', jobs === undefined ? '' : 'yes'],
    ['jobs', jobs === undefined ? '' : jobBlocks(blocks, jobs)],
    ['diff', change.diff],
    ['cut', change.cut],
  ];
}

/** Failed jobs where something is to be mended, be it now or after a plan; undefined where nothing is. */
function mendingOf(duty: Duty): readonly FailedJob[] | undefined {
  switch (duty.kind) {
    case 'fix':
      return duty.failedJobs;
    case 'plan':
      return duty.mends;
    case 'change':
    case 'carry-out':
    case 'review':
      return undefined;
  }
}

function planBlock(blocks: DataBlocks, { plan }: Extract<Duty, { kind: 'carry-out' }>): string {
  return blocks.block('PLAN', shownMarkdown(plan, PLAN_CHARACTERS_MAX));
}

function counted(count: number): string {
  return count === 0 ? '' : String(count);
}

import { asSeen } from '../text/invisible.ts';
import { cutBytes } from '../text/text-limit.ts';
import type { Alert } from './alert.ts';
import { ownFrames, type Breadcrumb, type FailedWith, type Failure, type Frame } from './failure.ts';
import { repositoryPath, type PathMapping } from './path-map.ts';

/** Text of an error is the least trusted there is; more of it than this is never given to an agent. */
export const INCIDENT_BYTES_MAX = 32 * 1_024;
const ERRORS_TOLD_MAX = 5;
const FRAMES_TOLD_MAX = 30;
const CONTEXTS_TOLD_MAX = 3;
const BREADCRUMBS_TOLD_MAX = 20;
const TAGS_TOLD_MAX = 30;
const LINE_CHARS_MAX = 500;

/** What is told of an incident. */
export interface IncidentFacts {
  readonly alert: Pick<Alert, 'title' | 'level' | 'environment' | 'release' | 'issueUrl'>;
  /** Null where the tracker could not be asked. */
  readonly failure: Failure | null;
  readonly paths: readonly PathMapping[];
}

/**
 * What an agent is told that is to mend a failure: what failed, where, how often and since when, and what came before. The same
 * facts make the same text, at most 32 KiB of UTF-8. All of it is data that strangers wrote, on lines of its own; whoever builds the
 * prompt puts it in a block as such.
 */
export function incidentText(facts: IncidentFacts): string {
  const { failure } = facts;
  const parts = [
    `What failed: ${line(facts.alert.title)}`,
    circumstances(facts),
    failure === null
      ? 'The tracker could not be asked for more, so there is no stack.'
      : [where(facts, failure), ...stacks(facts, failure), before(failure.breadcrumbs), asked(failure), tags(failure)],
  ].flat();
  return cutBytes(parts.filter((part) => part !== '').join('\n\n'), INCIDENT_BYTES_MAX);
}

function circumstances({ alert, failure }: IncidentFacts): string {
  const facts: readonly (readonly [string, string | number | null | undefined])[] = [
    ['Level', alert.level],
    ['Environment', failure?.environment ?? alert.environment],
    ['Release', failure?.release ?? alert.release],
    ['Events', failure?.events],
    ['People it happened to', failure?.users],
    ['First seen', failure?.firstSeen],
    ['Last seen', failure?.lastSeen],
    ['At the tracker', alert.issueUrl],
  ];
  return list(
    facts.flatMap(([name, fact]) => (fact === null || fact === undefined ? [] : [`${name}: ${line(String(fact))}`])),
  );
}

function where({ paths }: IncidentFacts, failure: Failure): string {
  const places = placed(failure, paths).map(
    ({ path, frame }) => `${line(path)}${frame.line === null ? '' : `:${frame.line}`}${inFunction(frame)}`,
  );
  const distinct = [...new Set(places)].slice(0, FRAMES_TOLD_MAX);
  return distinct.length === 0 ? '' : `Places in this repository, innermost first:\n${list(distinct)}`;
}

/** Own frames that are in the repository, innermost first. */
function placed(failure: Pick<Failure, 'errors'>, paths: readonly PathMapping[]): { path: string; frame: Frame }[] {
  return ownFrames(failure).flatMap((frame) => {
    const path = repositoryPath(frame.file, paths);
    return path === undefined ? [] : [{ path, frame }];
  });
}

/** Files of the repository in which a program failed, innermost first, without repetition, at most 30. */
export function failingFiles(failure: Pick<Failure, 'errors'>, paths: readonly PathMapping[]): readonly string[] {
  return [...new Set(placed(failure, paths).map(({ path }) => path))].slice(0, FRAMES_TOLD_MAX);
}

/** The error that was thrown last is told first. */
function stacks(facts: IncidentFacts, { errors }: Failure): string[] {
  return errors
    .toReversed()
    .slice(0, ERRORS_TOLD_MAX)
    .map((error, at) => stack(facts, error, at === 0 ? 'Thrown' : 'Because of'));
}

function stack({ paths }: IncidentFacts, { type, value, frames }: FailedWith, word: string): string {
  const inner = frames.toReversed().slice(0, FRAMES_TOLD_MAX);
  const told = inner.map((frame) => {
    const place = repositoryPath(frame.file, paths) ?? frame.file;
    return `${frame.inApp ? '>' : ' '} ${line(place)}:${frame.line ?? '?'}${inFunction(frame)}`;
  });
  const around = inner.filter(({ inApp, context }) => inApp && context.length > 0).slice(0, CONTEXTS_TOLD_MAX);
  const left = frames.length - inner.length;
  return [
    `${word}: ${line(type)}: ${line(value)}`,
    ...told,
    ...(left > 0 ? [`  … ${left} frames left out …`] : []),
    ...around.map(contextOf),
  ].join('\n');
}

function contextOf({ file, line: failed, context }: Frame): string {
  const lines = context.map(({ line: number, text }) => `${number === failed ? '>' : ' '} ${number} | ${source(text)}`);
  return [`Around ${line(file)}:${failed ?? '?'}`, ...lines].join('\n');
}

function inFunction({ function: name }: Frame): string {
  return name === null ? '' : ` in ${line(name)}`;
}

function before(breadcrumbs: readonly Breadcrumb[]): string {
  const told = breadcrumbs.slice(-BREADCRUMBS_TOLD_MAX);
  if (told.length === 0) return '';
  return `What came before:\n${list(told.map(({ at, category, message }) => line([at, category, message].filter(Boolean).join(' '))))}`;
}

/** Without what stands behind `?`: it holds people's data more often than what matters. */
function asked({ request }: Failure): string {
  return request === null ? '' : `Request: ${line(`${request.method} ${request.url.split('?')[0] ?? ''}`)}`;
}

function tags({ tags: all }: Failure): string {
  const told = all.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, TAGS_TOLD_MAX);
  return told.length === 0 ? '' : `Tags:\n${list(told.map(([name, value]) => line(`${name}=${value}`)))}`;
}

function list(lines: readonly string[]): string {
  return lines.map((one) => `- ${one}`).join('\n');
}

/** One line, whatever the text holds, with what cannot be seen spelled out or gone. */
function line(text: string): string {
  return asSeen(text)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LINE_CHARS_MAX);
}

/** A line of source, which keeps its indentation. */
function source(text: string): string {
  return asSeen(text.replaceAll('\t', '  '))
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, LINE_CHARS_MAX);
}

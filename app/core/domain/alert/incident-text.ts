import { effectMarker } from '../host/effect.ts';
import { changeName } from '../host/host-traits.ts';
import type { Provider } from '../host/repo.ts';
import { harmlessTitle } from '../text/outgoing.ts';
import { asSeen } from '../text/invisible.ts';
import { cutBytes, wellFormed } from '../text/text-limit.ts';
import type { Tracker } from './alert.ts';
import type { Incident } from './incident.ts';

/** Hosts cut titles of issues at 255 characters. */
const TITLE_CHARS_MAX = 200;
const BODY_BYTES_MAX = 60_000;
const PAUSED_TOLD_MAX = 50;
/** Of a commit, as people write it. */
const SHA_CHARS = 12;

const TRACKER_NAMES: Readonly<Record<Tracker, string>> = { sentry: 'Sentry', glitchtip: 'Glitchtip' };

/** The tracker as people call it. */
function trackerName({ tracker }: Pick<Incident, 'tracker'>): string {
  return TRACKER_NAMES[tracker];
}

/**
 * Foreign words on one line of Markdown, as code: there nothing is a link, a picture, a mention, an entity that stands for its sign,
 * or a reference that makes a host tell of this issue in another one.
 */
function words(text: string): string {
  const line = oneLine(text).slice(0, TITLE_CHARS_MAX).trim();
  return line === '' ? '(without a word)' : `\`${harmlessTitle(wellFormed(line).replaceAll('`', "'"))}\``;
}

function oneLine(text: string): string {
  return asSeen(text)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** Title of the issue that an incident has on the Git host. */
export function issueTitle(incident: Pick<Incident, 'kind' | 'tracker' | 'title' | 'source'>): string {
  if (incident.kind === 'storm') return `Storm of alerts from ${incident.source}: fixing is paused`;
  const title = oneLine(incident.title) || 'a failure without a word';
  return wellFormed(harmlessTitle(`${trackerName(incident)}: ${title}`).slice(0, TITLE_CHARS_MAX));
}

/** What people of the Git host are told of an incident; breadcrumbs, requests and tags stay at the tracker, which fewer may read. */
export function issueBody(incident: Incident, { mention }: { mention: string }): string {
  const facts = [
    `**${words(incident.title)}**`,
    link(incident),
    ...[
      ['Level', incident.level],
      ['Environment', incident.environment],
      ['Release', incident.releases.at(-1)],
      ['Commit of that release', incident.releaseSha?.slice(0, SHA_CHARS)],
      ['First told', incident.createdAt],
    ].flatMap(([name, fact]) => (fact === null || fact === undefined ? [] : [`- ${name}: ${words(fact)}`])),
  ];
  const next =
    incident.act === 'fix'
      ? 'I am at work on a fix. What this repository wants approved is shown before it is published.'
      : `I look into it and write a plan. Nothing is changed before somebody with write access has approved it (\`@${mention} approve\`).`;
  return body(incident, ['An error tracker tells of a failure of this program:', facts.join('\n'), next]);
}

function link({ tracker, issueUrl }: Pick<Incident, 'tracker' | 'issueUrl'>): string {
  return issueUrl === null ? '' : `- At ${TRACKER_NAMES[tracker]}: ${issueUrl}`;
}

/** The same of a storm, in which nothing is begun. */
export function stormBody(storm: Incident, bound: { requests: number; minutes: number }): string {
  return body(storm, [
    `More than ${bound.requests} different failures within ${bound.minutes} minutes were told by ${storm.source}, so no further fix is begun by itself. What came meanwhile is listed below and kept up to date; each is taken up when it is told again after the storm.`,
    'A single cause is likely behind many of them: a deployment, a database that is away, a certificate. Close this issue when it is over.',
  ]);
}

/** What a storm has paused, as its one comment tells it. */
export function stormList(storm: Pick<Incident, 'id'>, paused: readonly Incident[]): string {
  const told = paused.slice(0, PAUSED_TOLD_MAX).map(({ title, issueUrl, alerts }) => {
    const where = issueUrl === null ? '' : ` (${issueUrl})`;
    return `- ${words(title)}${where}, told ${alerts === 1 ? 'once' : `${alerts} times`}`;
  });
  const left = paused.length - told.length;
  const lines = [...told, ...(left > 0 ? [`- … and ${left} more`] : [])];
  const text = paused.length === 0 ? 'Nothing is paused any more.' : `Paused:\n\n${lines.join('\n')}`;
  return cutBytes(`${effectMarker(storm.id, 'comment')}\n${text}`, BODY_BYTES_MAX);
}

/** What a request asks for; the words are ours only, since they are followed and not just read. */
export function promptOf(
  incident: Pick<Incident, 'tracker' | 'round' | 'issueIds'>,
  former: string | undefined,
): string {
  const [id = ''] = incident.issueIds;
  const which = /^\d{1,20}$/.test(id) ? ` as issue ${id}` : '';
  const again =
    incident.round === 1
      ? ''
      : ` It came back after ${former ?? 'a former change'} that was to mend it was merged: find out what that one missed.`;
  return `Mend the failure that ${trackerName(incident)} tells of${which}\n\nThe INCIDENT block has what is known of it.${again} Find the cause, write a test that fails because of it, and mend the cause so that it passes. Do not hide the failure: catching and ignoring it is no fix.`;
}

/** What the thread of an incident is told when the failure came back in a release that has the fix. */
export function regressionText(
  incident: Pick<Incident, 'tracker' | 'issueUrl' | 'releases' | 'releaseSha'>,
  about: { provider: Provider; former: number | undefined; release: string | null; mention: string },
): string {
  const release = about.release === null ? '' : ` in release ${words(about.release)}`;
  const change = about.former === undefined ? 'the change' : changeName(about.provider, about.former);
  const lines = [
    `${trackerName(incident)} tells of this failure again${release}, which has ${change} in it.`,
    incident.issueUrl === null ? '' : `At ${trackerName(incident)}: ${incident.issueUrl}`,
    `I look into it once more. To take ${change} back instead, say \`@${about.mention} revert\` here.`,
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

function body({ id }: Pick<Incident, 'id'>, parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('\n\n');
  return wellFormed(cutBytes(`${effectMarker(id, 'issue')}\n${text}`, BODY_BYTES_MAX));
}

import type { IssueRecord } from '../tracker/records.ts';
import type { TrackerWorld } from '../tracker/world.ts';
import { shortIdOf } from './render-issue.ts';

/** How the alert of this version looks; sections went with 6.2. */
export type AlertForm = 'plain' | 'sections';

// STANDARD_TAG_LABELS, and which of them are short.
const STANDARD: readonly (readonly [key: string, label: string, short: boolean])[] = [
  ['environment', 'Environment', true],
  ['server_name', 'Server Name', true],
  ['release', 'Release', false],
];

const COLOURS: Readonly<Record<string, string>> = {
  info: '#4b60b4',
  warning: '#e9b949',
  error: '#e52b50',
  fatal: '#e52b50',
};

/** What an alert is about. */
export interface AlertContent {
  /** Those that are attached. */
  readonly issues: readonly IssueRecord[];
  /** How many there are, which may be more. */
  readonly count: number;
  /** Keys of further tags that the recipient wants to see. */
  readonly tags: readonly string[];
  readonly form: AlertForm;
}

/** The body of an alert. */
export function renderAlert(world: TrackerWorld, { issues, count, tags, form }: AlertContent): Record<string, unknown> {
  const text = count > 1 ? `GlitchTip Alert (${count} issues)` : 'GlitchTip Alert';
  const attachments = issues.map((issue) => renderAttachment(world, issue, tags));
  if (form === 'plain') return { text, attachments };
  const sections = issues.map((issue) => ({
    activityTitle: issue.title,
    activitySubtitle: `[View Issue ${shortIdOf(issue)}](${detailUrl(world, issue)})`,
  }));
  return { alias: 'GlitchTip', text, attachments, sections };
}

function detailUrl({ webUrl, organization }: TrackerWorld, issue: IssueRecord): string {
  return `${webUrl}/${organization.slug}/issues/${issue.id}`;
}

function renderAttachment(world: TrackerWorld, issue: IssueRecord, tags: readonly string[]): Record<string, unknown> {
  const known = new Map(issue.events.flatMap((event) => event.tags));
  const further = tags.map((key) => [key, `${key[0]?.toUpperCase()}${key.slice(1)}`, false] as const);
  const fields = [...STANDARD, ...further].flatMap(([key, title, short]) => {
    const value = known.get(key);
    return value === undefined ? [] : [{ title, value, short }];
  });
  return {
    title: issue.title,
    title_link: detailUrl(world, issue),
    text: issue.culprit,
    image_url: null,
    color: COLOURS[issue.level] ?? null,
    fields: [{ title: 'Project', value: issue.project.name, short: true }, ...fields],
    mrkdown_in: ['text'],
  };
}

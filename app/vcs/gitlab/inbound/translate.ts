import { parseDelivery, readDelivery } from '#core/contracts/delivery-body.ts';
import type { InboundEvent } from '#core/domain/host/inbound.ts';
import { fullName } from '#core/domain/host/repo.ts';
import type { Translator } from '#core/ports/host/vcs.ts';
import type { ProjectFilter } from '../repository/projects.ts';
import { readIssue } from './translate-issues.ts';
import { readMergeRequest } from './translate-merge-requests.ts';
import { readEmoji, readNote } from './translate-notes.ts';
import { readProject, readPush } from './translate-repository.ts';
import { ignored, type Ignored, type Reader } from './translation.ts';

/** `X-Gitlab-Event` to the one function that reads such a body; whatever is not listed is ignored. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Note Hook', readNote],
  ['Confidential Note Hook', readNote],
  ['Issue Hook', readIssue],
  ['Confidential Issue Hook', readIssue],
  ['Merge Request Hook', readMergeRequest],
  ['Emoji Hook', readEmoji],
  ['Push Hook', readPush],
  ['System Hook', readProject],
]);

/**
 * Reads one GitLab hook: its event (`X-Gitlab-Event`) and raw JSON body, to what happened, or to the reason why it is
 * ignored. Pure; the body of an event we do not know is never parsed. A hook can be pointed at us from any project, so
 * whatever is not about a project of ours is ignored.
 * The returned function throws AppError `invalid` when a body is not the event it claims to be.
 */
export function createTranslator(isOurs: ProjectFilter): Translator['translate'] {
  return ({ event, body }) => {
    const read = READERS.get(event);
    if (!read) return ignored(`event ${printable(event)} is not one of ours`);
    const what = `a ${event}`;
    const payload = parseDelivery(what, body);
    return readDelivery(what, () => {
      const happened = read(payload);
      return happened.kind === 'ignored' || isOfOurs(happened, isOurs) ? happened : notOurs(happened);
    });
  };
}

function isOfOurs(happened: InboundEvent, isOurs: ProjectFilter): boolean {
  return happened.kind === 'access' || isOurs(happened.repo);
}

function notOurs(happened: InboundEvent): Ignored {
  const name = happened.kind === 'access' ? 'a project' : fullName(happened.repo);
  return ignored(`${name} is not in GITLAB_PROJECTS`);
}

const PRINTED_CHARS_MAX = 60;

// The event's name comes from an unsigned header.
function printable(word: string): string {
  return word.replaceAll(/[^\w -]/g, '?').slice(0, PRINTED_CHARS_MAX);
}

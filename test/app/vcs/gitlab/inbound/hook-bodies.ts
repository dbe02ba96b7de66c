import { createProjectFilter } from '../../../../../app/vcs/gitlab/repository/projects.ts';
import { createTranslator } from '../../../../../app/vcs/gitlab/inbound/translate.ts';

/*
 * Hook bodies with the fields that GitLab documents and we read, written after the samples of
 * https://docs.gitlab.com/user/project/integrations/webhook_events/
 */

/** The translator of somebody who works for everything below `team`. */
export const translate = createTranslator(createProjectFilter(['team/**']));
/** Where the samples come from, as hooks name it. */
export const project = { id: 11, path_with_namespace: 'team/tools/app', default_branch: 'main' };
/** Who did it and where. */
export const base = { user: { id: 5, username: 'mona' }, project };
/** The same project in our words. */
export const repo = { provider: 'gitlab', installationId: 0, id: 11, owner: 'team/tools', name: 'app' };
/** The same person in our words. */
export const mona = { id: 5, login: 'mona', bot: false };
/** An issue as hooks carry it. */
export const issue = { iid: 3, title: 'Broken', description: '@astraforge fix it' };
/** The same issue in our words. */
export const issueThread = { kind: 'issue', number: 3, title: 'Broken', body: '@astraforge fix it' };
/** A merge request as hooks carry it; GitLab sends null for an empty description. */
export const mergeRequest = { iid: 3, title: 'Change', description: null };
/** The same merge request in our words. */
export const pullThread = { kind: 'pull', number: 3, title: 'Change', body: '' };
/** Head of the merge request. */
export const sha = 'a'.repeat(40);

/** Translates a hook of that event. */
export function read(event: string, payload: unknown) {
  return translate({ provider: 'gitlab', event, body: Buffer.from(JSON.stringify(payload)) });
}

/** A note hook, changed in its attributes and with its subject. */
export function note(attributes: object, subject: object = { issue }) {
  const object_attributes = { id: 99, note: 'please look', noteable_type: 'Issue', author_id: 5, action: 'create' };
  return {
    object_kind: 'note',
    event_type: 'note',
    ...base,
    object_attributes: { ...object_attributes, ...attributes },
    ...subject,
  };
}

/** An issue hook, changed in its attributes and beside them. */
export function issueHook(attributes: object, more: object = {}) {
  return { object_kind: 'issue', ...base, object_attributes: { ...issue, author_id: 5, ...attributes }, ...more };
}

/** A merge request hook, changed in its attributes and beside them. */
export function mergeRequestHook(attributes: object, more: object = {}) {
  const head = { last_commit: { id: sha }, source_project_id: 11, draft: false };
  return {
    object_kind: 'merge_request',
    ...base,
    object_attributes: { ...mergeRequest, author_id: 5, ...head, ...attributes },
    ...more,
  };
}

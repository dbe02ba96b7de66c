import { z } from 'zod';
import { failureAnswer } from './api.ts';
import { requireScope } from './caller.ts';
import { GitLabFailure, notFound } from './failure.ts';
import { renderNotes } from './graphql-notes.ts';
import { mayDo } from './membership.ts';
import type { NoteableRecord, TokenRecord } from './records.ts';
import type { Answer } from './route.ts';
import type { World } from './world.ts';

/** Beside the REST API, below the relative URL root. */
export const GRAPHQL_PATH = '/api/graphql';

const Body = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });
const Range = z.strictObject({
  id: z.string(),
  first: z.number().int().optional(),
  after: z.string().optional(),
  last: z.number().int().optional(),
  before: z.string().optional(),
});

const NOTES =
  'notes(first: $first, after: $after, last: $last, before: $before) { ' +
  'pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id body system internal createdAt ' +
  'lastEditedAt author { id username bot } systemNoteMetadata { action } discussion { id resolvable resolved } ' +
  'position { filePath oldPath newPath oldLine newLine diffRefs { baseSha headSha startSha } } } }';
const VARIABLES = '$first: Int, $after: String, $last: Int, $before: String';

/** The documents we model, with single spaces, and the class of what they ask about. */
const DOCUMENTS: ReadonlyMap<string, 'Issue' | 'MergeRequest'> = new Map([
  [`query($id: IssueID!, ${VARIABLES}) { found: issue(id: $id) { ${NOTES} } }`, 'Issue'],
  [`query($id: MergeRequestID!, ${VARIABLES}) { found: mergeRequest(id: $id) { ${NOTES} } }`, 'MergeRequest'],
]);

/**
 * Answers `POST /api/graphql`. There is no schema here to judge by, so exactly the documents that were checked by hand against
 * GitLab's reference (https://docs.gitlab.com/api/graphql/reference/) are known; any other is a violation.
 */
export function answerGraphql(world: World, text: string, identify: () => TokenRecord): Answer {
  try {
    const token = identify();
    requireScope(token, ['api', 'read_api']);
    const { query, variables } = Body.parse(JSON.parse(text));
    const type = DOCUMENTS.get(query.replaceAll(/\s+/g, ' ').trim());
    if (type === undefined) return unknown(world, query);
    const { id, ...range } = Range.parse(variables);
    const found = noteableOf(world, { type, id, token });
    return { status: 200, body: { data: { found: found && { notes: renderNotes(found, range) } } } };
  } catch (error) {
    if (error instanceof GitLabFailure) return failureAnswer(error);
    throw error;
  }
}

/** Null for what is not there and for what the token's user may not see. */
function noteableOf(
  world: World,
  { type, id, token }: { type: 'Issue' | 'MergeRequest'; id: string; token: TokenRecord },
): NoteableRecord | null {
  const [, number] = new RegExp(`^gid://gitlab/${type}/(\\d+)$`).exec(id) ?? [];
  if (number === undefined) throw notFound(id);
  const need = type === 'Issue' ? 'project' : 'code';
  for (const project of world.projects.values()) {
    const all = type === 'Issue' ? project.issues : project.mergeRequests;
    const found = [...all.values()].find((one) => one.id === Number(number));
    if (found) return mayDo(project, token.user, { need, nowMs: world.now() }) ? found : null;
  }
  return null;
}

function unknown(world: World, query: string): Answer {
  const errors = [`the stand-in does not know this document: ${query.replaceAll(/\s+/g, ' ')}`];
  world.violations.push({ direction: 'request', operationId: 'graphql', errors });
  return { status: 200, body: { errors: [{ message: 'Parse error' }] } };
}
